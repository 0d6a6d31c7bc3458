import { lstat, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import type { FirmwarePackage } from '../../plugin/index.ts';
import { system } from '../../ports/index.ts';
import type { FirmwareFiles } from './run-steps.ts';

/** Below a plugin's live folder; both belong to the server's administrator and stay over upgrades. */
const served = 'var/tftpboot';
const recorded = 'var/installed';

/** What a server knows of a package that it installed. */
export interface InstalledFirmware {
  readonly id: string;
  readonly version: string;
  readonly description: string;
  readonly descriptions: Readonly<Record<string, string>>;
  /** Below `var/tftpboot`. */
  readonly files: readonly string[];
  /** False where a crash came before the last of its files: it has to be installed again, and can be. */
  readonly whole: boolean;
}

/** What is recorded in a live folder, by id; what cannot be read is passed over. */
export async function readInstalledFirmware(live: string): Promise<InstalledFirmware[]> {
  const names = await readdir(join(live, recorded)).catch(() => []);
  const found: InstalledFirmware[] = [];
  for (const name of names.sort()) {
    if (!name.endsWith('.json')) continue;
    const record = await readRecord(join(live, recorded, name));
    if (record) found.push(record);
  }
  return found;
}

async function readRecord(file: string): Promise<InstalledFirmware | null> {
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as Partial<InstalledFirmware>;
    const { id, version, description = '', descriptions = {}, files, whole } = value;
    if (typeof id !== 'string' || typeof version !== 'string' || !Array.isArray(files)) return null;
    return { id, version, description, descriptions, files: files.filter(isInside), whole: whole === true };
  } catch {
    return null;
  }
}

/**
 * Puts a package's files below `var/tftpboot`, each by one rename. The record says before the first that it is not whole
 * and after the last that it is. Files that no package brought are never written over. Throws `plugin-conflict`.
 */
export async function putFirmware(
  live: string,
  { id, version, description, descriptions }: FirmwarePackage,
  files: FirmwareFiles,
): Promise<InstalledFirmware> {
  const known = await readInstalledFirmware(live);
  const ours = new Set(known.flatMap((one) => one.files));
  await refuseForeign(live, files, ours);
  const former = known.find((one) => one.id === id);
  const record = { id, version, description, descriptions, files: [...files.keys()].sort() };
  // until all is there, what the former version brought is still known as ours
  const both = [...new Set([...record.files, ...(former?.files ?? [])])];
  await writeRecord(live, { ...record, files: both, whole: false });
  for (const [path, bytes] of files) await putFile(live, join(served, path), bytes);
  const others = new Set(known.flatMap((one) => (one.id === id ? [] : one.files)));
  await removeFiles(live, former?.files.filter((path) => !files.has(path) && !others.has(path)) ?? []);
  const installed = { ...record, whole: true };
  await writeRecord(live, installed);
  return installed;
}

/** Takes a package's files away, but for those that another package brought too. Throws `plugin-not-found`. */
export async function removeFirmware(live: string, id: string): Promise<void> {
  const known = await readInstalledFirmware(live);
  const mine = known.find((one) => one.id === id);
  if (!mine) {
    throw new LockstepError('plugin-not-found', `The package ${id} is not installed.`, {
      hint: 'See which of the plugin’s packages are installed.',
    });
  }
  const others = new Set(known.flatMap((one) => (one === mine ? [] : one.files)));
  await writeRecord(live, { ...mine, whole: false });
  await removeFiles(
    live,
    mine.files.filter((path) => !others.has(path)),
  );
  await rm(recordFile(live, id), { force: true });
}

async function refuseForeign(live: string, files: FirmwareFiles, ours: ReadonlySet<string>): Promise<void> {
  for (const [path, bytes] of files) {
    if (!isInside(path))
      throw new LockstepError('package-not-safe', `The package would write ${JSON.stringify(path)}.`);
    const parts = join(served, path).split('/');
    for (let count = 1; count < parts.length; count += 1) {
      const stats = await lstat(join(live, ...parts.slice(0, count))).catch(() => null);
      if (stats && !stats.isDirectory()) throw inTheWay(parts.slice(0, count).join('/'));
    }
    const stats = await lstat(join(live, served, path)).catch(() => null);
    if (!stats || (ours.has(path) && stats.isFile())) continue;
    const same = stats.isFile() && Buffer.compare(await readFile(join(live, served, path)), bytes) === 0;
    if (!same) throw inTheWay(join(served, path));
  }
}

function inTheWay(path: string): LockstepError {
  return new LockstepError('plugin-conflict', `${path} is there already, and no package brought it.`, {
    hint: 'Move it away and install the package again.',
  });
}

function isInside(path: unknown): path is string {
  return typeof path === 'string' && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

async function putFile(live: string, path: string, bytes: Uint8Array): Promise<void> {
  const target = join(live, path);
  // never inside `var/tftpboot`, where devices look
  const staged = join(live, recorded, `.new-${system.random.uuid()}`);
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(staged, bytes, { mode: 0o644 });
    await rename(staged, target);
  } catch (cause) {
    await rm(staged, { force: true });
    if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause;
    throw new LockstepError('disk-full', `There is no room left to write ${target}.`, {
      hint: 'Free some space and try again.',
      cause,
    });
  }
}

async function writeRecord(live: string, record: InstalledFirmware): Promise<void> {
  await mkdir(join(live, recorded), { recursive: true });
  for (const name of await readdir(join(live, recorded))) {
    if (name.startsWith('.new-')) await rm(join(live, recorded, name), { force: true });
  }
  await putFile(live, join(recorded, `${record.id}.json`), Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
}

function recordFile(live: string, id: string): string {
  return join(live, recorded, `${id}.json`);
}

/** Folders that are empty then go too. */
async function removeFiles(live: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await rm(join(live, served, path), { force: true });
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      const gone = await rmdir(join(live, served, folder)).then(
        () => true,
        () => false,
      );
      if (!gone) break;
    }
  }
}
