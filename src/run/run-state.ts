import type { LockstepError } from '../failure/index.ts';
import type { Activity } from '../process/index.ts';
import type { Part, Value, Values } from './value.ts';

/** A process at a version, as a run keeps it from its start to its end [DO-8]. */
export interface ProcessPin {
  readonly processId: string;
  readonly version: number;
  readonly name: string;
}

type RunStatus = 'running' | 'success' | 'failure' | 'cancelled';

export type Outcome =
  | 'success'
  | 'failure'
  /** Its precondition was not true; counts as success. */
  | 'skipped'
  /** No edge led to it. */
  | 'unreached'
  | 'cancelled';

/** Everything the machine knows about one run: a plain value that survives JSON. */
export interface RunState {
  readonly status: RunStatus;
  readonly cancelling: boolean;
  readonly root: ProcessPin;
  /** Pinned processes that runProcess and componentProcess activities start, by reference. */
  readonly pins: Readonly<Record<string, ProcessPin>>;
  /** Digest of each plugin version that was known at the request, by `pluginKey`: a version loaded again is another. */
  readonly plugins: Readonly<Record<string, string>>;
  readonly input: RunInput;
  /** What createRuntimeProperty set. */
  readonly runtime: Values;
  /** How often activities that a retry took back had been tried. */
  readonly attempts: Readonly<Record<string, number>>;
  readonly frames: Readonly<Record<string, Frame>>;
  /** By key: `Activity`, `Iterator#2/Activity`, `Run other>/Activity`. */
  readonly activities: Readonly<Record<string, ActivityState>>;
  /** Keys of locks that a retry must have again before anything else goes on. */
  readonly relocking?: readonly string[];
}

export interface RunInput {
  /** Process properties, by name. */
  readonly answers: Values;
  /** Step properties that were asked for [PROP-3], by `Activity/property`. */
  readonly steps: Values;
  /** `component`, `environment`, `resource`, `version`, `application`, `system`, … */
  readonly scopes: Readonly<Record<string, Values>>;
  /** What iterators go through, by the iterator's name. */
  readonly lists: Readonly<Record<string, readonly Item[]>>;
}

export type Item = string | Readonly<Record<string, Value>>;

/** One graph being executed: the process itself, one iteration, or a process that it runs. */
export interface Frame {
  readonly id: string;
  readonly pin: ProcessPin;
  /** Names of the containers from the process's root down to this graph. */
  readonly path: readonly string[];
  /** Key of the activity that holds this frame; null for the root. */
  readonly parent: string | null;
  /** Values that hold in this frame and in those below it. */
  readonly scopes: Readonly<Record<string, Values>>;
  /** True where a process starts: outer activities and properties are not seen from inside. */
  readonly border: boolean;
  readonly outcome: 'success' | 'failure' | 'cancelled' | null;
  /** By a setStatus activity. */
  readonly forced: 'success' | 'failure' | null;
}

export interface ActivityState {
  readonly frame: string;
  readonly name: string;
  readonly type: string;
  readonly state: 'deciding' | 'loading' | 'locked-out' | 'running' | 'sleeping' | 'asking' | 'uncertain' | 'ended';
  readonly outcome?: Outcome;
  /** It failed and its author allows that; its outcome is success. */
  readonly allowedFailure?: boolean;
  readonly attempt: number;
  readonly outputs?: Values;
  readonly message?: string;
  /** The value a switch took. */
  readonly branch?: string;
  /** Key of the activity whose end started this one. */
  readonly previous?: string;
  /** Iterators: items not begun yet. */
  readonly pending?: readonly Item[];
  readonly begun?: number;
  /** No further item is begun: one failed and `failFast` is set. */
  readonly stopped?: boolean;
}

export type RunMachineEvent =
  | { readonly type: 'start' }
  | {
      readonly type: 'stepEnded';
      readonly key: string;
      readonly outcome: 'success' | 'failure' | 'cancelled';
      readonly outputs?: Values;
      readonly message?: string;
    }
  | { readonly type: 'preconditionDecided'; readonly key: string; readonly holds: boolean; readonly error?: string }
  | { readonly type: 'processLoaded'; readonly key: string; readonly pin: ProcessPin | null }
  | { readonly type: 'lockGranted'; readonly key: string }
  | { readonly type: 'timerFired'; readonly key: string }
  | {
      readonly type: 'taskAnswered';
      readonly key: string;
      readonly outcome: 'success' | 'failure';
      readonly outputs?: Values;
      readonly by: string;
    }
  | { readonly type: 'stepUncertain'; readonly key: string; readonly message: string }
  | {
      readonly type: 'uncertaintyAnswered';
      readonly key: string;
      readonly answer: 'repeat' | 'success' | 'failure';
      readonly by: string;
    }
  | { readonly type: 'cancel'; readonly by: string }
  | { readonly type: 'retry'; readonly from?: readonly string[]; readonly by: string };

export type RunCommand =
  | StepOrder
  | { readonly type: 'cancelStep'; readonly key: string }
  | { readonly type: 'decidePrecondition'; readonly key: string; readonly script: readonly Part[] }
  | { readonly type: 'loadProcess'; readonly key: string; readonly reference: ProcessReference }
  | { readonly type: 'acquireLock'; readonly key: string; readonly lock: string }
  | { readonly type: 'releaseLock'; readonly lock: string }
  | { readonly type: 'abandonLock'; readonly key: string }
  | { readonly type: 'startTimer'; readonly key: string; readonly seconds: number }
  | { readonly type: 'stopTimer'; readonly key: string }
  | { readonly type: 'askPerson'; readonly key: string; readonly text: string }
  | { readonly type: 'runEnded'; readonly status: Exclude<RunStatus, 'running'> };

/** What an agent must do, before its plugin is known. */
export interface StepOrder {
  readonly type: 'runStep';
  readonly key: string;
  readonly attempt: number;
  readonly activity: Activity;
  readonly pin: ProcessPin;
  readonly properties: Readonly<Record<string, readonly Part[]>>;
  readonly workingDir: readonly Part[] | null;
}

export interface ProcessReference {
  readonly kind: 'generic' | 'component';
  readonly name: string;
  /** Component of a component process. */
  readonly owner: string | null;
}

export function referenceKey(reference: ProcessReference): string {
  return reference.kind === 'generic' ? reference.name : `${reference.owner ?? ''}/${reference.name}`;
}

/** What happened, for the history: never holds a secure value. */
export interface Happening {
  readonly type: string;
  readonly activity?: string;
  readonly [detail: string]: unknown;
}

export interface Transition {
  readonly state: RunState;
  readonly commands: readonly RunCommand[];
  readonly happened: readonly Happening[];
}

/** A text's failure to resolve, as the message that the activity keeps. */
export function messageOf(error: LockstepError): string {
  const place = error.where ? `${error.where.file}, line ${error.where.line}, column ${error.where.column}: ` : '';
  return `${place}${error.message}${error.hint ? ` ${error.hint}` : ''}`;
}
