import { answered, asked } from './ask.ts';
import type { ChangeKind, ValueChange } from './change.ts';
import { defaulted, readDefaults } from './give-default.ts';
import { kept } from './keep.ts';
import type { ReadOperations } from './program.ts';
import { dropped, readRemovals } from './remove.ts';
import { readRenames, renamed } from './rename.ts';

/** What an upgrade file may say of properties, in the order in which it is done within a hop. */
export const statements: readonly ReadOperations[] = [readRenames, readDefaults, readRemovals];

/** Every way in which a plan shows a value change. A new one is a file beside these and its name here. */
const kinds = [renamed, defaulted, kept, dropped, asked, answered] as const;

type ChangeName = (typeof kinds)[number]['kind'];

export interface PropertyChange extends ValueChange {
  readonly kind: ChangeName;
}

const byName = Object.fromEntries(kinds.map((one) => [one.kind, one])) as unknown as Readonly<
  Record<ChangeName, ChangeKind>
>;

export function kindOf({ kind }: PropertyChange): ChangeKind {
  return byName[kind];
}
