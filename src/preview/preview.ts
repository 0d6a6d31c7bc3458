import type { Problem } from '../failure/index.ts';
import type { DialectName, Plan, PlanTotals, ShownValue, UseChange } from '../upgrade/index.ts';
import type { LiveCounts, Unread } from './read/live-server.ts';

/** What an upgrade of one plugin would do on a server that belongs to somebody else: there, and with Lockstep. */
export interface Preview {
  readonly format: 'lockstep-preview/1';
  readonly server: { readonly url: string; readonly version: string | null };
  readonly plugin: {
    readonly id: string;
    readonly name: string;
    readonly to: number;
    /** Version that the server has now; null where it lists none by this id or name. */
    readonly installed: number | null;
  };
  readonly rules: { readonly name: DialectName; readonly title: string; readonly by: RulesBy };
  readonly counts: LiveCounts;
  readonly totals: { readonly server: ServerTotals; readonly lockstep: PlanTotals };
  /** Processes that change alike in both columns, the largest group first. */
  readonly groups: readonly PreviewGroup[];
  readonly processes: readonly PreviewProcess[];
  /** Processes of applications that run steps of the plugin themselves: Lockstep leaves them, the server's way is not known. */
  readonly applicationProcesses: readonly {
    readonly application: string;
    readonly name: string;
    readonly uses: number;
  }[];
  /** What nobody told about this kind of server. */
  readonly notKnown: readonly string[];
  /** What is on the server and not in this report. */
  readonly unread: readonly Unread[];
  /** About the package as a whole. */
  readonly problems: readonly Problem[];
  /** Lockstep's plan in full; its process ids are those of `processes`. */
  readonly plan: Plan;
}

/** What decided whose rules count: the option, the server's version, the configuration, or what the package needs. */
export type RulesBy = 'chosen' | 'version' | 'configuration' | 'package';

export interface ServerTotals {
  readonly uses: number;
  readonly carried: number;
  readonly renamed: number;
  readonly deleted: number;
  readonly pinned: number;
  /** Values that go although somebody chose them. */
  readonly chosenDropped: number;
  /** Values of which nobody told what becomes of them. */
  readonly notKnown: number;
}

export interface PreviewGroup {
  readonly id: string;
  readonly server: string;
  readonly lockstep: string;
  /** Something is lost on the server. */
  readonly lost: boolean;
  /** Ids of processes. */
  readonly processes: readonly string[];
}

export interface PreviewProcess {
  readonly id: string;
  readonly kind: 'component' | 'template' | 'generic';
  readonly owner: string | null;
  /** A draft’s ends in " (draft)". */
  readonly name: string;
  readonly draft: boolean;
  readonly version: number;
  readonly applications: readonly string[];
  readonly teams: readonly string[];
  readonly group: string;
  readonly uses: readonly PreviewUse[];
  /** Lockstep's questions about it, as texts. */
  readonly questions: readonly string[];
  readonly warnings: readonly string[];
}

export interface PreviewUse {
  readonly activity: string;
  readonly from: UseChange['from'];
  readonly server: ServerFate;
  readonly lockstep: Pick<UseChange, 'to' | 'outcome' | 'rule' | 'properties'>;
}

/** What the server makes of a use. */
export interface ServerFate {
  readonly outcome: 'carried' | 'renamed' | 'deleted' | 'pinned';
  readonly to: UseChange['to'];
  readonly values: readonly ServerValue[];
}

export interface ServerValue {
  readonly name: string;
  readonly was: string | null;
  readonly kind: 'renamed' | 'written' | 'dropped' | 'not-known';
  readonly before: ShownValue;
  /** For `not-known`: what it may be afterwards. */
  readonly after: ShownValue;
  /** Somebody chose it, and it goes. */
  readonly lost: boolean;
}
