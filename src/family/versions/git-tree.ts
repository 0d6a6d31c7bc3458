import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';

/** A tree of families as git has it, laid out in a temporary folder until `remove` is called. */
export interface GitTree {
  readonly dir: string;
  readonly remove: () => void;
}

/**
 * Lays out a folder as it is in a revision, or as it is staged (`revision` null); of its sub-folders only those of these names,
 * where any are given. Throws `revision-not-found`.
 */
export function layOutFromGit(folder: string, revision: string | null, only?: ReadonlySet<string>): GitTree {
  const prefix = git(folder, ['rev-parse', '--show-prefix'], revision).toString('utf8').trim();
  const all = revision === null ? stagedFiles(folder, prefix) : revisionFiles(folder, revision, prefix);
  const files = only ? all.filter(({ path }) => only.has(path.slice(prefix.length).split('/')[0]!)) : all;
  const dir = mkdtempSync(join(tmpdir(), 'lockstep-git-'));
  try {
    const bytes = readBlobs(
      folder,
      files.map(({ blob }) => blob),
    );
    for (const [index, { path, mode }] of files.entries()) {
      const full = join(dir, path.slice(prefix.length));
      mkdirSync(dirname(full), { recursive: true });
      if (mode === '120000') symlinkSync(bytes[index]!.toString('utf8'), full);
      else {
        writeFileSync(full, bytes[index]!);
        chmodSync(full, mode === '100755' ? 0o755 : 0o644);
      }
    }
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/**
 * The sub-folders in which anything is not as in a revision: in the folder, files that git does not know included, or
 * in what is staged. Git compares by the ids of its trees, so what is the same costs nothing.
 */
export function changedSince(folder: string, revision: string): ReadonlySet<string> {
  const root = git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{tree}`], revision);
  const tree = root.toString('utf8').trim();
  const listed = [
    ['diff', '--name-only', '--relative', '--no-renames', '-z', tree, '--', '.'],
    ['diff', '--cached', '--name-only', '--relative', '--no-renames', '-z', tree, '--', '.'],
    ['ls-files', '--others', '-z', '--', '.'],
  ].flatMap((words) => git(folder, words, revision).toString('utf8').split('\0'));
  return new Set(listed.filter((path) => path !== '').map((path) => path.split('/')[0]!));
}

interface GitFile {
  readonly path: string;
  readonly mode: string;
  readonly blob: string;
}

function revisionFiles(folder: string, revision: string, prefix: string): GitFile[] {
  const commit = git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{tree}`], revision);
  const listing = git(
    folder,
    ['ls-tree', '-r', '-z', '--full-tree', commit.toString('utf8').trim(), '--', prefix || '.'],
    revision,
  );
  return entries(listing, /^(\d+) (\w+) ([0-9a-f]+)\t([\s\S]+)$/, ([, mode, type, blob, path]) =>
    type === 'blob' ? { mode: mode!, blob: blob!, path: path! } : null,
  );
}

function stagedFiles(folder: string, prefix: string): GitFile[] {
  const listing = git(folder, ['ls-files', '-s', '-z', '--full-name', '--', '.'], null);
  return entries(listing, /^(\d+) ([0-9a-f]+) (\d)\t([\s\S]+)$/, ([, mode, blob, stage, path]) => {
    if (stage !== '0') {
      throw new LockstepError('usage', `${path} is in the middle of a merge.`, { hint: 'Resolve it and stage it.' });
    }
    return mode === '160000' || !path!.startsWith(prefix) ? null : { mode: mode!, blob: blob!, path: path! };
  });
}

function entries(listing: Buffer, form: RegExp, read: (match: RegExpMatchArray) => GitFile | null): GitFile[] {
  return listing
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const match = line.match(form);
      const file = match && read(match);
      return file ? [file] : [];
    });
}

function readBlobs(folder: string, blobs: readonly string[]): Buffer[] {
  if (blobs.length === 0) return [];
  const answer = git(folder, ['cat-file', '--batch'], null, `${blobs.join('\n')}\n`);
  const bytes: Buffer[] = [];
  let at = 0;
  for (const blob of blobs) {
    const end = answer.indexOf(10, at);
    const size = Number(answer.subarray(at, end).toString('latin1').split(' ')[2]);
    if (!Number.isInteger(size)) throw new LockstepError('revision-not-found', `git has no object ${blob}.`);
    bytes.push(answer.subarray(end + 1, end + 1 + size));
    at = end + 2 + size;
  }
  return bytes;
}

function git(folder: string, words: readonly string[], revision: string | null, input = ''): Buffer {
  const outcome = spawnSync('git', ['-C', folder, ...words], { input, maxBuffer: 1 << 30 });
  if (outcome.status === 0) return outcome.stdout;
  const said = outcome.error?.message ?? outcome.stderr.toString('utf8').trim().split('\n').at(-1);
  const what = revision === null ? folder : `git:${revision}`;
  throw new LockstepError('revision-not-found', `${what} cannot be read with git${said ? `: ${said}` : '.'}`, {
    hint: 'Give a revision of the repository that the families lie in, such as git:HEAD or git:v1.2.',
  });
}
