import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { foldName } from '../src/package/safe-name.ts';

const disk = vi.hoisted(() => ({ folds: false }));

// a disk that folds letter case, as far as `writeFolder` asks it
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const folded = (path: string): string => {
    const names = fs.readdirSync(dirname(path));
    return join(dirname(path), names.find((name) => foldName(name) === foldName(basename(path))) ?? basename(path));
  };
  const lstatSync = (path: string, options: object) => fs.lstatSync(disk.folds ? folded(path) : path, options as never);
  return { ...fs, lstatSync };
});

const { treeOf, writeFolder } = await import('../src/package/index.ts');
const work = await mkdtemp(join(tmpdir(), 'lockstep-folding-'));
afterAll(() => rm(work, { recursive: true, force: true }));

const file = (path: string, text: string) => ({ path, kind: 'file', mode: 0o644, bytes: Buffer.from(text) }) as const;
const ringlist = treeOf('p', [
  file('RINGLIST.XML', '<rings/>'),
  { path: 'Ringlist.xml', kind: 'link', mode: 0o777, target: 'RINGLIST.XML' },
]);
const two = treeOf('p', [file('d/a', '1'), file('d/A', '2')]);

async function write(tree: typeof two, folds: boolean): Promise<string> {
  disk.folds = folds;
  const dir = await mkdtemp(join(work, 'x-'));
  await writeFolder(tree, dir);
  return dir;
}

describe('on a disk that folds letter case', () => {
  it('a link to the other spelling of its own name is one file', async () => {
    const dir = await write(ringlist, true);
    expect(await readdir(dir)).toEqual(['RINGLIST.XML']);
    expect(await readFile(join(dir, 'RINGLIST.XML'), 'utf8')).toBe('<rings/>');
  });

  it('two files that differ are refused, by both names', async () => {
    await expect(write(two, true)).rejects.toMatchObject({
      code: 'package-not-safe',
      message: expect.stringContaining('"d/A" and "d/a"'),
    });
  });
});

describe('on a disk that tells them apart', () => {
  it('both names are there', async () => {
    const dir = await write(ringlist, false);
    expect(await readlink(join(dir, 'Ringlist.xml'))).toBe('RINGLIST.XML');
    expect((await readdir(join(await write(two, false), 'd'))).sort()).toEqual(['A', 'a']);
  });
});
