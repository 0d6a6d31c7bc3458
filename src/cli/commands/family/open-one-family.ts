import { LockstepError } from '../../../failure/index.ts';
import { type FamilyTree, type LoadedFamily, openFamilyTree } from '../../../family/index.ts';
import type { CommandInput } from '../../command.ts';
import { familyArguments } from './tree-arguments.ts';

/** The family that `<family> [dir]` names, in its tree. Throws `family-not-found`. */
export async function openOneFamily(
  input: CommandInput,
): Promise<{ readonly tree: FamilyTree; readonly family: LoadedFamily }> {
  const { tree: options, name } = familyArguments(input);
  const tree = await openFamilyTree(options);
  const wanted = name ?? tree.only;
  const family = tree.families.find((one) => one.name === wanted);
  if (family) return { tree, family };
  throw new LockstepError(
    'family-not-found',
    `There is no family "${wanted ?? options.shownAs}" in ${options.shownAs}.`,
    {
      hint: `There is ${tree.families.map((one) => one.name).join(', ')}.`,
    },
  );
}
