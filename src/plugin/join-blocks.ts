import { LockstepError, type Problem } from '../failure/index.ts';
import { nameInForm } from './same-name.ts';
import type { MigrateBlock, MigrateCommand } from './upgrade-file.ts';

/**
 * Blocks of one to-version that are equal or speak of different step types count as one, which stands where the first
 * stood; each further one is a warning. Throws `upgrade-file-not-valid` where two say different things of one step
 * type, at the second, with the line of the first [CHAIN-2].
 */
export function joinBlocks(blocks: readonly MigrateBlock[]): { blocks: MigrateBlock[]; problems: Problem[] } {
  const joined = new Map<number, MigrateBlock>();
  const problems: Problem[] = [];
  for (const block of blocks) {
    const first = joined.get(block.toVersion);
    if (!first) joined.set(block.toVersion, block);
    else {
      joined.set(block.toVersion, { ...first, commands: joinCommands(first, block) });
      problems.push({
        code: 'block-repeated',
        severity: 'warning',
        message: `Another block for version ${block.toVersion} stands in line ${first.at.line}; the two do not contradict each other and count as one.`,
        hint: 'Join the two blocks, or correct the number of one.',
        where: block.at,
      });
    }
  }
  return { blocks: [...joined.values()], problems };
}

function joinCommands(first: MigrateBlock, second: MigrateBlock): MigrateCommand[] {
  const added = second.commands.filter((command) => {
    const before = first.commands.find((candidate) => sourceOf(candidate) === sourceOf(command));
    if (!before) return true;
    if (saying(before) === saying(command)) return false;
    throw new LockstepError(
      'upgrade-file-not-valid',
      `to-version="${second.toVersion}" stands twice, and the two blocks say different things of "${sourceOf(command)}": in line ${before.at.line} and in line ${command.at.line}.`,
      { hint: 'Join the two blocks into one that says it once, or correct the number of one.', where: command.at },
    );
  });
  return [...first.commands, ...added];
}

/** The step type whose uses a command takes along, in the form that names are compared in [PROP-8]. */
function sourceOf({ name, old }: MigrateCommand): string {
  return nameInForm(old ?? name);
}

/** What a command does, without its places and the order of its lines. */
function saying({ name, properties, removed }: MigrateCommand): string {
  const lines = (list: readonly object[]): string[] => list.map((line) => JSON.stringify(line, withoutPlaces)).sort();
  return JSON.stringify([name, lines(properties), lines(removed)]);
}

function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'at' || key.endsWith('At') ? undefined : value;
}
