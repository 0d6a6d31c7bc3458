import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { npm } from './npm.ts';

/** What a Lockstep is made of, as CycloneDX, from the lock alone: `npm run sbom [FILE]`. */
const file = process.argv[2] ?? 'dist/lockstep.cdx.json';
const { code, out, err } = await npm(['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--omit', 'dev']);
if (code !== 0) {
  process.stderr.write(`npm cannot write it (npm 10 or later is needed): ${err.trim()}\n`);
  process.exit(1);
}
const { components, specVersion } = JSON.parse(out) as { components: readonly unknown[]; specVersion: string };
await mkdir(dirname(file), { recursive: true });
await writeFile(file, out);
process.stdout.write(`${components.length} packages, CycloneDX ${specVersion}: ${file}\n`);
