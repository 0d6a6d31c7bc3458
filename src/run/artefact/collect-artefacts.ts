import { createHash } from 'node:crypto';
import { constants, type Dirent } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { system } from '../../ports/index.ts';
import {
  type Artefact,
  type ArtefactLimits,
  defaultArtefactLimits,
  notKept,
  requireArtefactName,
  requireLimits,
} from './artefact.ts';

/**
 * Copies what a step left in its folder to where it is kept, by digest. Throws `artefact-not-kept` for links, for names
 * that are no plain paths, and for too much of it; nothing is copied then.
 */
export async function collectArtefacts(
  folder: string,
  target: string,
  limits: ArtefactLimits = defaultArtefactLimits,
): Promise<Artefact[]> {
  const names = await survey(folder, limits);
  if (names.length === 0) return [];
  await mkdir(target, { recursive: true, mode: 0o700 });
  const kept: Artefact[] = [];
  let left = limits.bytes;
  for (const name of names) {
    const { digest, size } = await keep(join(folder, name), target, left);
    left -= size;
    kept.push({ name, digest, size });
  }
  return kept;
}

/** The files below a folder, in order; looked at as a whole before anything is copied. */
async function survey(folder: string, limits: ArtefactLimits): Promise<string[]> {
  const names: string[] = [];
  const open = [''];
  let count = 0;
  let bytes = 0;
  for (let prefix = open.shift(); prefix !== undefined; prefix = open.shift()) {
    const entries: Dirent[] = await readdir(join(folder, prefix), { withFileTypes: true }).catch((error) => {
      if (error.code === 'ENOENT') return [];
      throw notKept(`"${prefix}" cannot be read (${error.code}).`);
    });
    for (const entry of entries) {
      const name = prefix + entry.name;
      requireArtefactName(name);
      if (entry.isDirectory()) open.push(`${name}/`);
      else if (entry.isFile()) {
        names.push(name);
        bytes += (await lstat(join(folder, name))).size;
      } else throw notKept(`"${name}" is ${entry.isSymbolicLink() ? 'a link' : 'no file'}.`);
      requireLimits({ count: ++count, bytes }, limits);
    }
  }
  return names.sort();
}

async function keep(file: string, target: string, most: number): Promise<{ digest: string; size: number }> {
  // what the step left running may still change things: what is opened decides, not what was seen
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const source = await open(file, flags).catch((error) => {
    throw notKept(`A file cannot be read (${error.code}).`);
  });
  const staged = join(target, `.${system.random.uuid()}`);
  try {
    if (!(await source.stat()).isFile()) throw notKept('A file was replaced while it was read.');
    const copy = await open(staged, 'wx', 0o600);
    let read: { digest: string; size: number };
    try {
      read = await copyBytes(source, copy, most);
      await copy.sync();
    } finally {
      await copy.close();
    }
    await rename(staged, join(target, read.digest));
    return read;
  } finally {
    await source.close();
    await rm(staged, { force: true });
  }
}

async function copyBytes(
  source: FileHandle,
  copy: FileHandle,
  most: number,
): Promise<{ digest: string; size: number }> {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(256 * 1024);
  let size = 0;
  for (;;) {
    const { bytesRead } = await source.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) return { digest: hash.digest('hex'), size };
    size += bytesRead;
    if (size > most) throw notKept('They grew while they were read.');
    const bytes = buffer.subarray(0, bytesRead);
    hash.update(bytes);
    await copy.writeFile(bytes);
  }
}
