import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ShippedPackage } from './shipped-packages.ts';

const licenceFile = /^(licen[cs]e|copying|notice|copyright)([.-].*)?$/i;

/** `dist/notices.txt`: who wrote what the product contains, and under which terms; and the same list for programs. */
export async function writeNotices(root: string, packages: readonly ShippedPackage[]): Promise<void> {
  const parts = packages.map(({ path, name, version, license }) => {
    const files = readdirSync(join(root, path))
      .filter((file) => licenceFile.test(file))
      .sort();
    const texts = files.map((file) => readFileSync(join(root, path, file), 'utf8').trim());
    return [`${name} ${version} (${license})`, ...texts].join('\n\n');
  });
  const head = 'Lockstep contains the packages below, each under its own terms.';
  await writeFile(join(root, 'dist/notices.txt'), `${[head, ...parts].join(`\n\n${'─'.repeat(80)}\n\n`)}\n`);
  await writeFile(join(root, 'dist/packages.json'), `${JSON.stringify(packages, null, 2)}\n`);
}
