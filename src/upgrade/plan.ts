import type { Problem } from '../failure/index.ts';
import type { ProcessKind } from '../process/index.ts';
import type { PropertyChange } from './property/changes.ts';
import type { DefaultsMode } from './property/program.ts';
import type { Question } from './question.ts';

export type { ShownValue } from './property/change.ts';
export type { DefaultsMode, PropertyChange };

export type UnlistedPolicy = 'delete' | 'pin' | 'carry';

export interface PlanOptions {
  /** What becomes of uses that a block does not carry [STEP-4]; `null`: undecided, each is a question. */
  readonly onUnlisted: UnlistedPolicy | null;
  readonly onUnlistedByStepType: Readonly<Record<string, UnlistedPolicy>>;
  readonly defaults: DefaultsMode;
  /** Ids of the plugins, each succeeded by the next and the last by the plan's own, whose uses go over [SUCC-1]. */
  readonly predecessors?: readonly string[];
}

/** A version, with its plugin where that is not the plan's. */
export interface VersionOf {
  readonly version: number;
  readonly plugin?: string;
}

/** The full answer to "what would this upgrade do?": printed, stored, applied and undone. Holds no secure value [PROP-7]. */
export interface Plan {
  readonly format: 'lockstep-plan/1';
  readonly id: string;
  readonly plugin: { readonly id: string; readonly name: string };
  /** The plugin whose uses go over to `plugin`, where that is another one. */
  readonly succeeds?: { readonly id: string; readonly name: string };
  /** Versions that uses stand at, ascending. */
  readonly from: readonly number[];
  readonly to: number;
  readonly options: PlanOptions;
  /** ISO 8601, handed in: planning reads no clock. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly totals: PlanTotals;
  readonly groups: readonly PlanGroup[];
  readonly processes: readonly ProcessPlan[];
  readonly questions: readonly Question[];
  /** About the package as a whole. */
  readonly problems: readonly Problem[];
}

export interface PlanTotals {
  readonly processes: number;
  readonly uses: number;
  readonly carried: number;
  readonly renamed: number;
  readonly deleted: number;
  readonly pinned: number;
  readonly undecided: number;
  readonly valuesChanged: number;
  /** Values that somebody chose and that go [PROP-1, PROP-5]. */
  readonly chosenDropped: number;
  /** That must be answered, or may have to be. */
  readonly questions: number;
  /** Of these, what is to be answered now, with the answers so far. */
  readonly open: number;
  /** Optional questions: what is offered, and stays as it is without an answer. */
  readonly offers: number;
  readonly warnings: number;
}

/** Processes whose change is identical, so that a person reads it once. */
export interface PlanGroup {
  /** Digest of the change. */
  readonly id: string;
  readonly title: string;
  readonly processes: readonly string[];
}

export interface ProcessPlan {
  readonly process: ProcessName;
  /** The process version that was looked at; a later one is never overwritten [DO-4]. */
  readonly baseVersion: number;
  readonly group: string;
  readonly uses: readonly UseChange[];
  /** Edges and activities changed around deleted uses [STEP-5]. */
  readonly graph: readonly GraphChange[];
  /** Ids of this process's questions. */
  readonly questions: readonly string[];
  readonly warnings: readonly Problem[];
}

/** What `planProcess` gives: the process's plan and the questions in full; `assemblePlan` moves them to `Plan.questions`. */
export interface PlannedProcess extends ProcessPlan {
  readonly asked: readonly Question[];
  /** How many of them must be answered now, with the answers that the plan was made with [ASK-3]. */
  readonly open: number;
}

export interface ProcessName {
  readonly id: string;
  readonly name: string;
  readonly kind: ProcessKind;
  /** The component or template that holds it, or null. */
  readonly owner: string | null;
}

export interface UseChange {
  readonly path: readonly number[];
  readonly activity: string;
  readonly from: VersionOf & { readonly stepType: string };
  /** null when the use is deleted or undecided. */
  readonly to: (VersionOf & { readonly stepType: string }) | null;
  readonly outcome: 'carried' | 'renamed' | 'deleted' | 'pinned' | 'undecided';
  /** The rule that decided, such as `STEP-2`. */
  readonly rule: string;
  /** Hops taken, as to-versions in order [CHAIN-1]. */
  readonly hops: readonly number[];
  readonly properties: readonly PropertyChange[];
  /** Properties that have another name at rest, whether they hold a value or not: for the way back [DO-6]. */
  readonly renames?: readonly (readonly [was: string, name: string])[];
}

export interface GraphChange {
  readonly kind: 'edge-added' | 'edge-removed' | 'activity-removed';
  /** Child indexes of the graph concerned. */
  readonly graph: readonly number[];
  readonly text: string;
  readonly rule: string;
}
