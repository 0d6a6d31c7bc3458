import type { Problem } from '../../failure/index.ts';
import type { MigrateCommand } from '../../plugin/index.ts';
import type { ChangeKind, ValueChange } from './change.ts';
import type { Slot } from './slot.ts';

export type DefaultsMode = 'if-unchanged' | 'if-absent' | 'always';

/** One statement of an upgrade file about properties, as it is done to every use that takes a route. */
export interface Operation {
  run(use: CarriedUse): void;
  /** What a property is called afterwards; null: it is gone. Absent: names stay. */
  follow?(name: string): string | null;
  /** What a property of one of these names was called before, those names aside. */
  back?(names: readonly string[]): readonly string[];
  /** Names that it takes for there; for a step type of which no definition is known. */
  readonly takes?: readonly string[];
  /** The property that gets a value by it. */
  readonly gives?: string;
}

/** Reads one kind of statement out of a command of an upgrade file. */
export type ReadOperations = (command: MigrateCommand, stated: Stated) => readonly Operation[];

/** What is known of the place where a command stands. */
export interface Stated {
  /** The version that it leads to, as it is called. */
  readonly hop: string;
  readonly mode: DefaultsMode;
  /** Values that a property may have been given before, which are no one's own; null: not known [PROP-2]. */
  former(property: string): ReadonlySet<string> | null;
  /** The default that the version of rest declares itself; null where that must not be shown or is not known. */
  declared(property: string): string | null;
}

export interface CarriedUse {
  readonly slots: Slot[];
  readonly program: PropertyProgram;
  readonly secrets: readonly string[];
  /** Told before what the slots come to. */
  note(change: ValueChange & Pick<ChangeKind, 'kind'>): void;
}

/** What happens to the properties of every use that takes one route; `runProgram` does it for one use. */
export interface PropertyProgram {
  readonly operations: readonly Operation[];
  /** Properties of the step type at rest by name; null when that version is not known, and nothing is dropped. */
  readonly arrival: ReadonlyMap<string, Arrival> | null;
  /** Arrivals that a use without a value is told about. */
  readonly missing: readonly Arrival[];
  /** Those that are to be used no more. */
  readonly deprecated: readonly Arrival[];
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
  /** Told where the use has a value. */
  readonly deprecated: Problem | null;
}

export function isHidden({ hides, wasSecure }: PropertyProgram, { name, was }: Slot): boolean {
  return hides(name) || (was !== null && was !== name && hides(was)) || (was !== null && wasSecure.has(was));
}
