import { textOf } from '../../process/index.ts';
import { shownValue } from '../secrets.ts';
import { type ChangeKind, quotedName } from './change.ts';
import { kept } from './keep.ts';
import { type CarriedUse, isHidden, type Operation, type ReadOperations } from './program.ts';
import { findSlot, type Slot } from './slot.ts';

interface Renaming {
  readonly old: string;
  readonly name: string;
}

export const renamed = {
  kind: 'renamed',
  counts: true,
  describe: quotedName,
} as const satisfies ChangeKind;

/** `<migrate-property name old>`; all of a command happen at once. */
export const readRenames: ReadOperations = ({ properties }) => {
  const pairs = properties.flatMap(({ old, name }) => (old !== null && old !== name ? [{ old, name }] : []));
  return pairs.length > 0 ? [rename(pairs)] : [];
};

function rename(pairs: readonly Renaming[]): Operation {
  return {
    run: (use) => run(use, pairs),
    follow: (name) => pairs.find(({ old }) => old === name)?.name ?? name,
    back: (names) => pairs.filter(({ name }) => names.includes(name)).map(({ old }) => old),
    takes: pairs.map(({ old }) => old),
  };
}

// [PROP-1] all renames of a hop look at the use as it was before the hop, so that two properties can swap names
function run(use: CarriedUse, pairs: readonly Renaming[]): void {
  const { slots } = use;
  const moving = pairs.map(({ old }) => findSlot(slots, old));
  for (let index = 0; index < pairs.length; index++) {
    const { old, name } = pairs[index] as Renaming;
    const slot = moving[index];
    if (!slot || slot.gone || slot.name !== old) continue;
    const there = findSlot(slots, name);
    if (there && !moving.includes(there, index + 1)) {
      if (textOf(there.value) !== '') {
        slot.drop('PROP-1', `A value stands under "${name}" too; that one stays.`);
        slot.by = there;
        noteStaying(use, there, slot);
        continue;
      }
      there.drop('PROP-1', `It was empty, and "${old}" takes its name.`);
    }
    slot.name = name;
    slot.rule = 'PROP-1';
    slot.reason = 'The upgrade file renames it.';
  }
}

function noteStaying({ program, secrets, note }: CarriedUse, there: Slot, gone: Slot): void {
  const value = shownValue(there.value, isHidden(program, gone) || isHidden(program, there), secrets);
  const reason = `A value stands under both "${gone.name}" and "${there.name}"; this one stays.`;
  note({ kind: kept.kind, name: there.name, was: gone.name, before: value, after: value, rule: 'PROP-1', reason });
}
