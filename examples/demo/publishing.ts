import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoFolder, examples, say, title, typed } from './narrator.ts';

/** A family is edited, and everybody gets the change: check, bump, publish to testing, promote to stable. */
export async function showPublishing(): Promise<void> {
  title('2. From a family to everyone');
  await cp(join(examples, 'plugins'), join(demoFolder, 'plugins'), { recursive: true });
  await rm(join(demoFolder, 'plugins/_build'), { recursive: true, force: true });
  say('Two families of telephone plugins are published to testing, and promoted to stable: the very same bytes.');
  await typed('lockstep upload plugins --to repository --channel testing --why "first offer"');
  await typed('lockstep promote --from testing --to stable --repository repository --why "first offer" --yes');

  say('Somebody edits a file that several models share, and forgets the versions.');
  const shared = join(demoFolder, 'plugins/xivo-cisco-spa/common/phone.btpl');
  await writeFile(shared, `${await readFile(shared, 'utf8')}\n<!-- handsets of 2026 -->\n`);
  await typed('lockstep check plugins --against repository/plugins/1/testing', { expected: 1 });
  await typed('lockstep bump plugins --against repository/plugins/1/testing');
  await typed('lockstep upload plugins --to repository --channel testing --why "handsets of 2026"');
  await typed('lockstep channel diff testing stable --repository repository');
}
