import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commands } from '../../src/cli/commands/index.ts';
import { manPages } from '../../src/cli/man-pages.ts';

/** Writes the manual pages that npm installs with the command. */
export async function writeManPages(root: string): Promise<void> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = join(root, 'dist/man');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, text] of manPages(commands, version)) await writeFile(join(folder, name), text);
}
