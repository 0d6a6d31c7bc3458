/** The folder that every recipe is told to build into. It exists nowhere: nothing that a recipe does can land. */
export const recordedOutput = '/lockstep/output';

/** What the recorder (recorder.py) wrote down of one family. Lines count from 1 in build.py. */
export interface Recording {
  readonly targets: readonly RecordedTarget[];
  readonly outcomes: Readonly<Record<string, RecordedOutcome>>;
  /** The recipe as a whole is unusable. */
  readonly failure: RecordedFailure | null;
  /** Files and folders of the family that the recipe itself looked at: when they change, it must run again. */
  readonly reads: readonly string[];
  readonly lists: readonly string[];
}

export interface RecordedTarget {
  readonly id: string;
  readonly plugin: string;
  readonly std_dirs: boolean;
  readonly line: number;
  /** The line that defines the same id a second time. */
  readonly redefined: number | null;
}

interface RecordedOutcome {
  readonly failure: RecordedFailure | null;
  readonly operations: readonly RecordedOperation[];
}

export interface RecordedFailure {
  readonly kind: 'refused' | 'time' | 'syntax' | 'error';
  readonly message: string;
  readonly line: number;
  readonly column?: number;
}

export type RecordedOperation =
  | { readonly op: 'command'; readonly argv: readonly string[]; readonly shell: boolean; readonly line: number }
  | {
      readonly op: 'file';
      readonly to: string;
      readonly append: boolean;
      readonly parts: readonly RecordedPart[];
      readonly line: number;
    }
  | { readonly op: 'folder'; readonly path: string; readonly line: number }
  | { readonly op: 'move'; readonly from: string; readonly to: string; readonly line: number }
  | { readonly op: 'remove'; readonly path: string; readonly tree: boolean; readonly line: number }
  | { readonly op: 'link'; readonly target: string; readonly path: string; readonly line: number }
  | { readonly op: 'mode'; readonly path: string; readonly mode: number; readonly line: number }
  | { readonly op: 'copy'; readonly from: string; readonly to: string; readonly tree: boolean; readonly line: number };

export type RecordedPart =
  | { readonly text: string }
  | { readonly text?: undefined; readonly argv: readonly string[]; readonly shell: boolean; readonly line: number };
