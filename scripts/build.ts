import { join } from 'node:path';
import { buildPage } from '../src/cli/build-page.ts';
import { buildProgram } from './package/build-program.ts';
import { isBuilt } from './package/is-built.ts';
import { shippedPackages } from './package/shipped-packages.ts';
import { writeApiTypes } from './package/write-api-types.ts';
import { writeHelp } from './package/write-help.ts';
import { writeManPages } from './package/write-man-pages.ts';
import { writeNotices } from './package/write-notices.ts';

/**
 * Makes what the npm package contains and a clone does not: `npm run build`, and before each `npm pack`. With `--if-stale`
 * only where a source is newer than what was built of it.
 */
const root = join(import.meta.dirname, '..');
const note = (text: string): void => void process.stderr.write(`${text}\n`);

if (!(await buildPage(note))) note('The built page is as new as its sources.');
if (process.argv.includes('--if-stale') && isBuilt(root)) note('dist/ is as new as its sources.');
else {
  const [{ modules }] = await Promise.all([buildProgram(root), writeApiTypes(root)]);
  const packages = shippedPackages(root, modules);
  await writeManPages(root);
  await writeHelp(root);
  await writeNotices(root, packages);
  note(`dist/ is built: ${modules.length} modules, ${packages.length} packages of others inside.`);
}
