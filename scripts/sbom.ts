import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { builtPackages } from './package/built-packages.ts';
import { shippedBom } from './package/shipped-bom.ts';

/** What a built Lockstep is made of, as CycloneDX: `npm run sbom [FILE]`. */
const file = process.argv[2] ?? 'dist/lockstep.cdx.json';
const packages = builtPackages();
if (packages === null) {
  process.stderr.write('Nothing is built yet, so nothing can be listed: npm run build\n');
  process.exit(1);
}
const bom = await shippedBom(packages);
await mkdir(dirname(file), { recursive: true });
await writeFile(file, `${JSON.stringify(bom, null, 2)}\n`);
process.stdout.write(`${bom.components.length} packages, CycloneDX: ${file}\n`);
