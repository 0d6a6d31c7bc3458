import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Made, provenance } from './provenance.ts';

export interface Parts extends Omit<Made, 'files' | 'finishedOn'> {
  /** The folder of the release; the package lies in it already. */
  readonly folder: string;
  /** The package's file. */
  readonly tarball: string;
  /** The definition of the image, as it stands in deploy/. */
  readonly dockerfile: string;
  readonly bom: object;
  readonly notes: string;
  readonly date: string;
}

const digestOf = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

/** Writes what belongs to a package beside it, the digests of all last; answers the names of the files. */
export async function writeRelease(parts: Parts): Promise<string[]> {
  const { folder, version, date, notes } = parts;
  const tarball = basename(parts.tarball);
  const bom = `lockstep-${version}.cdx.json`;
  await writeFile(join(folder, 'Dockerfile'), imageOf(parts.dockerfile, tarball, await digestOf(parts.tarball)));
  await writeFile(join(folder, bom), `${JSON.stringify(parts.bom, null, 2)}\n`);
  await writeFile(join(folder, 'NOTES.md'), `# Lockstep ${version}\n\n${date}\n\n${notes}\n`);
  const files = await listed(folder, [tarball, 'Dockerfile', bom, 'NOTES.md']);
  const statement = `lockstep-${version}.intoto.json`;
  const made = { ...parts, files, finishedOn: new Date().toISOString() };
  await writeFile(join(folder, statement), `${JSON.stringify(provenance(made), null, 2)}\n`);
  const all = [...files, ...(await listed(folder, [statement]))];
  await writeFile(join(folder, 'SHA256SUMS'), all.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''));
  return [...all.map(({ name }) => name), 'SHA256SUMS'];
}

async function listed(folder: string, names: readonly string[]): Promise<{ name: string; sha256: string }[]> {
  return Promise.all(names.map(async (name) => ({ name, sha256: await digestOf(join(folder, name)) })));
}

/** The image of exactly this package: its name is filled in, and another file of that name is refused. */
function imageOf(dockerfile: string, tarball: string, sha256: string): string {
  const filled = dockerfile
    .replace(/^ARG PACKAGE$/m, `ARG PACKAGE=${tarball}`)
    .replace(/^(COPY \$\{PACKAGE\} (\S+))$/m, `$1\nRUN echo "${sha256}  $2" | sha256sum --check --quiet`)
    .replace(/^# +npm pack .*$/m, '#   docker build -t lockstep .');
  if (!filled.includes(`=${tarball}\n`) || !filled.includes(sha256))
    throw new Error('deploy/Dockerfile takes no package');
  return filled;
}
