import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commands } from '../../src/cli/commands/index.ts';
import { firstHelp } from '../../src/cli/program.ts';

/** Writes what `lockstep --help` says at usual widths of a terminal, so that it is read and not made: a third of the time. */
export async function writeHelp(root: string): Promise<void> {
  const folder = join(root, 'dist/lib/help');
  await mkdir(folder, { recursive: true });
  for (const width of [80, 100, 120]) await writeFile(join(folder, `${width}.txt`), firstHelp(commands, width));
}
