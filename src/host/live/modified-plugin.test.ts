import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digestTree, type PackageEntry, readFolder, treeOf, writeFolder } from '../../package/index.ts';
import { formatPatch } from './format-patch.ts';
import { modifiedFiles } from './modified-plugin.ts';

const file = (path: string, text: string, mode = 0o644): PackageEntry => ({
  path,
  kind: 'file',
  mode,
  bytes: Buffer.from(text),
});
const packaged = treeOf('p', [
  file('a.txt', 'one\ntwo\nthree\n'),
  file('gone.txt', 'x\n'),
  file('run.sh', '#!/bin/sh\n'),
  file('end', 'no newline'),
  file('same', 's'),
]);
const live = treeOf('p', [
  ...[
    file('a.txt', 'one\nTWO\nthree\n'),
    file('new/b.txt', 'new\n'),
    file('run.sh', '#!/bin/sh\n', 0o755),
    file('end', 'no newline either'),
  ],
  ...[file('same', 's'), file('var/templates/mine.tpl', 'x')],
]);

it('what was edited is told file by file, without the server’s own files', () => {
  expect(modifiedFiles(packaged, live)).toEqual([
    { path: 'a.txt', change: 'changed' },
    { path: 'end', change: 'changed' },
    { path: 'gone.txt', change: 'removed' },
    { path: 'new/b.txt', change: 'added' },
    { path: 'run.sh', change: 'changed' },
  ]);
});

it('the patch, applied to the package by git, gives the edited files', async () => {
  const work = await mkdtemp(join(tmpdir(), 'lockstep-patch-'));
  try {
    const source = join(work, 'source');
    await writeFolder(packaged, source);
    await writeFile(join(work, 'edits.patch'), formatPatch(packaged, live));
    execFileSync('git', ['apply', '../edits.patch'], {
      cwd: source,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: work },
    });
    const expected = treeOf(
      'p',
      live.entries.filter(({ path }) => !path.startsWith('var')),
    );
    expect(digestTree(await readFolder(source, { root: 'p' }))).toBe(digestTree(expected));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
});

it('binary files are named, not printed', () => {
  const binary = (byte: number): PackageEntry => ({
    path: 'logo',
    kind: 'file',
    mode: 0o644,
    bytes: Uint8Array.of(0, byte),
  });
  const patch = formatPatch(treeOf('p', [binary(1)]), treeOf('p', [binary(2)]));
  expect(patch).toBe('diff --git a/logo b/logo\nBinary files a/logo and b/logo differ\n');
});
