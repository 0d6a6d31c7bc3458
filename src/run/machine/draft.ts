import type { Activity, ProcessDocument } from '../../process/index.ts';
import { type Graph, graphAt } from '../graph.ts';
import type { ActivityState, Frame, Happening, ProcessPin, RunCommand, RunState } from '../run-state.ts';
import type { Value } from '../value.ts';

/** Gives the document of a pinned process; the caller has loaded it before. */
export type Documents = (pin: ProcessPin) => ProcessDocument;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

type DraftActivity = Writable<ActivityState>;

type DraftFrame = Writable<Frame>;

export interface Draft extends Omit<Writable<RunState>, 'frames' | 'activities' | 'runtime' | 'pins' | 'attempts'> {
  attempts: Record<string, number>;
  frames: Record<string, DraftFrame>;
  activities: Record<string, DraftActivity>;
  runtime: Record<string, Value>;
  pins: Record<string, ProcessPin>;
}

export interface Context {
  readonly draft: Draft;
  readonly documents: Documents;
  readonly commands: RunCommand[];
  readonly happened: Happening[];
  /** Graphs in which something may start now; a list rather than recursion, since processes can be long. */
  readonly waiting: { readonly frame: string; readonly names: Iterable<string> | undefined }[];
}

export function graphOf({ draft, documents }: Context, frameId: string): Graph {
  const frame = draft.frames[frameId]!;
  return graphAt(documents(frame.pin), frame.path);
}

export function activityOf(context: Context, key: string): Activity {
  const { frame, name } = context.draft.activities[key]!;
  return graphOf(context, frame).activities.get(name)!;
}

export function advance(context: Context, frame: string, names?: Iterable<string>): undefined {
  context.waiting.push({ frame, names });
}

export function openFrame(context: Context, frame: Omit<Frame, 'outcome' | 'forced'>): undefined {
  const { draft } = context;
  draft.frames[frame.id] = { ...frame, outcome: null, forced: null };
  advance(context, frame.id);
}
