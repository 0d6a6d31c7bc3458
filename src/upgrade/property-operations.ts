import type { Problem } from '../failure/index.ts';
import type { DefaultsMode } from './plan.ts';

export type Operation =
  | { readonly kind: 'rename'; readonly pairs: readonly Renaming[] }
  | { readonly kind: 'remove'; readonly name: string; readonly reason: string }
  | DefaultOperation;

/** What happens to the properties of every use that takes one route; `runProgram` does it for one use. */
export interface PropertyProgram {
  readonly operations: readonly Operation[];
  readonly mode: DefaultsMode;
  /** Properties of the step type at rest by name; null when that version is not known, and nothing is dropped. */
  readonly arrival: ReadonlyMap<string, Arrival> | null;
  /** Arrivals that a use without a value is told about. */
  readonly missing: readonly Arrival[];
  /** Whether a value that a property had where the route began is one of the defaults it may have been given [PROP-5]. */
  readonly isDefault: (property: string, value: string) => boolean;
  /** A property at rest whose name differs from one that is gone by letter case alone [PROP-8]. */
  readonly otherCase: (property: string) => string | null;
  /** Properties that have another name at rest: before, and at rest. */
  readonly renames: readonly (readonly [was: string, name: string])[];
  /** The property was a secureBox at the version where the route begins. */
  readonly wasSecure: ReadonlySet<string>;
  readonly hides: (property: string) => boolean;
  /** Why a property that the version of rest lacks is dropped [PROP-5]. */
  readonly lacking: string;
}

export interface Renaming {
  readonly old: string;
  readonly name: string;
}

export interface DefaultOperation {
  readonly kind: 'default';
  readonly name: string;
  readonly value: string;
  /** Values that are no one's own; null: not known [PROP-2]. */
  readonly former: ReadonlySet<string> | null;
  /** Why it is given or not, written once for every use. */
  readonly reasons: {
    readonly noValue: string;
    readonly unchanged: string;
    readonly always: string;
    readonly ownValue: string;
    readonly formerUnknown: string;
  };
}

export interface Arrival {
  readonly name: string;
  /** As the version at rest spells it [PROP-8]. */
  readonly spelled: string;
  readonly secure: boolean;
  /** Values that a choice newly excludes are questions; null where every value is taken. */
  readonly choices: ReadonlySet<string> | null;
  readonly formerChoices: ReadonlySet<string> | null;
  /** Told where the use has no value [PROP-3, PROP-4]. */
  readonly warning: Problem | null;
}
