import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { runBzip2 } from './bzip2.ts';
import {
  digestTree,
  formatOf,
  type PackageEntry,
  type PackageFormat,
  readFolder,
  readPackage,
  sha256,
  treeOf,
  writeFolder,
  writePackage,
} from './index.ts';
import { packedBytes } from './pack-tar-bzip2.ts';
import { writeTar } from './write-tar.ts';

const formats: PackageFormat[] = ['tar.bz2', 'tar.gz', 'tar.zst', 'zip'];
const work = await mkdtemp(join(tmpdir(), 'lockstep-package-'));
afterAll(() => rm(work, { recursive: true, force: true }));

const text = (path: string, content: string, mode = 0o644): PackageEntry => ({
  path,
  kind: 'file',
  mode,
  bytes: Buffer.from(content),
});
const noise = (size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  let state = 1;
  for (let at = 0; at < size; at++) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    bytes[at] = state >> 16;
  }
  return bytes;
};
const sample = treeOf('acme-phone-1.0', [
  text('plugin-info', '{"version":"1.0"}'),
  text('templates/base.tpl', 'line '.repeat(300)),
  text('bin/run.sh', '#!/bin/sh\n', 0o755),
  text(`var/tftpboot/${'long-name-'.repeat(13)}/ü`, 'x'),
  { path: 'current.tpl', kind: 'link', mode: 0o777, target: 'templates/base.tpl' },
  { path: 'var/cache', kind: 'directory', mode: 0o755 },
]);

describe.each(formats)('a %s package', (format) => {
  it('comes back as it was written', async () => {
    const tree = await readPackage(await writePackage(sample, format), { name: 'acme' });
    expect(tree.entries.map(({ path }) => path)).toEqual(sample.entries.map(({ path }) => path));
    expect(digestTree(tree)).toBe(digestTree(sample));
    expect(tree.root).toBe(format === 'zip' ? null : 'acme-phone-1.0');
  });

  it('is told by its first bytes', async () => {
    expect(formatOf(await writePackage(sample, format))).toBe(format);
  });

  it('has the same bytes in every time zone, umask and folder', async () => {
    const script = `
      import { readFolder, writePackage, writeFolder, sha256, readPackage } from '${new URL('./index.ts', import.meta.url)}';
      process.umask(Number(process.env.UMASK));
      const tree = await readPackage(Buffer.from(process.env.PACKED, 'base64'), { name: 'acme' });
      await writeFolder(tree, process.env.DIR);
      const again = await readFolder(process.env.DIR, { root: 'acme-phone-1.0' });
      process.stdout.write(sha256(await writePackage(again, '${format}')));`;
    const packed = Buffer.from(await writePackage(sample, 'tar.bz2')).toString('base64');
    const run = (TZ: string, UMASK: string) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, TZ, UMASK, PACKED: packed, DIR: join(work, `${format}-${UMASK}`) },
        encoding: 'utf8',
      });
    const expected = sha256(await writePackage(sample, format));
    expect([run('Asia/Tokyo', '0'), run('America/St_Johns', '63')]).toEqual([expected, expected]);
  });

  it('that is cut off anywhere is refused, with one error', async () => {
    const whole = await writePackage(sample, format);
    for (const keep of [1, 3, 20, Math.floor(whole.length / 2), whole.length - 12, whole.length - 1]) {
      const reading = readPackage(whole.subarray(0, keep), { name: 'acme.pkg' });
      await expect(reading, `cut after ${keep} of ${whole.length}`).rejects.toMatchObject({
        code: 'package-not-readable',
        message: expect.stringContaining('acme.pkg'),
      });
    }
  });

  it('never takes damaged bytes for the content that was packed', async () => {
    const whole = await writePackage(sample, format);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Uint8Array.from(whole);
        damaged[at]! ^= change;
        try {
          const tree = await readPackage(damaged, { name: 'acme' });
          // headers of gzip and zip hold bytes that mean nothing to the content
          if (format === 'tar.bz2' || format === 'tar.zst') expect(digestTree(tree)).toBe(digestTree(sample));
        } catch (error) {
          expect(['package-not-readable', 'package-not-safe']).toContain((error as { code?: string }).code);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('that no reader would take is not written', async () => {
    const tree = treeOf('acme', [{ ...text('zeros', ''), bytes: Buffer.alloc(40_000_000) } as PackageEntry]);
    await expect(writePackage(tree, format)).rejects.toMatchObject({
      code: 'package-not-safe',
      message: expect.stringMatching(/^acme cannot be packed/),
    });
  });
});

describe('an archive that expands a thousandfold is stopped early', () => {
  const tar = writeTar(treeOf('acme', [{ ...text('zeros', ''), bytes: Buffer.alloc(40_000_000) } as PackageEntry]));
  const bombs: [string, () => Promise<Uint8Array> | Uint8Array][] = [
    ['tar.bz2', async () => packedBytes(await runBzip2({ verb: 'compress', input: tar }), tar.length)],
    ['tar.gz', () => gzipSync(tar)],
    ['tar.zst', () => zstdCompressSync(tar)],
  ];
  it.each(bombs)('%s', async (_format, make) => {
    const bomb = await make();
    const before = process.memoryUsage().arrayBuffers;
    await expect(readPackage(bomb, { name: 'bomb' })).rejects.toMatchObject({ code: 'package-not-safe' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
  });
});

describe('a tar.bz2 package', () => {
  it('starts with its root folder, without ./, as GNU tar', async () => {
    const packed = await writePackage(sample, 'tar.bz2');
    const tar = execFileSync(
      process.execPath,
      [
        '-e',
        `
      const un = require('unbzip2-stream')(); const all = [];
      un.on('data', (d) => all.push(d)); un.on('end', () => process.stdout.write(Buffer.concat(all)));
      process.stdin.pipe(un);`,
      ],
      { input: packed, cwd: process.cwd() },
    );
    expect(tar.subarray(0, 16).toString('latin1')).toBe('acme-phone-1.0/\0');
    expect(tar.subarray(257, 265).toString('latin1')).toBe('ustar  \0');
    expect(tar.length % 10_240).toBe(0);
  });

  it('of several concatenated streams is read whole', async () => {
    const big = treeOf('acme', [{ ...text('noise', ''), bytes: noise(700_000) } as PackageEntry]);
    const whole = await writePackage(big, 'tar.bz2');
    const empty = Buffer.from('425a683917724538509000000000', 'hex');
    const tree = await readPackage(Buffer.concat([empty, whole, empty]), { name: 'acme' });
    expect(digestTree(tree)).toBe(digestTree(big));
  });

  it('beyond ten megabytes is written and read', async () => {
    const big = treeOf('acme', [{ ...text('noise', ''), bytes: noise(11_000_000) } as PackageEntry]);
    const tree = await readPackage(await writePackage(big, 'tar.bz2'), { name: 'acme' });
    expect(digestTree(tree)).toBe(digestTree(big));
  });
});

it('a .tar.xz is read', async () => {
  const packed = Buffer.from(
    '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Cf/AItdADIZSf7XHHVqfhBxXt7rkmPk/SjEA/NOSWK0MNKJrzVt/9jaO6KWJHlUEGaMsyGoKSiTDhODGGyIhoLd/ChwKhCDKhIMOzOUK8bYl5IMXP8jvWMqkBmNjdHnVP1ZYV1XlZQGruHbuFa3Znx8uI1aMwmbQnaQh5EclQcMwV4lbKxNewNSPYlXnY6olgAAAL5DR4fs4iAmAAGnAYBQAACwRMl7scRn+wIAAAAABFla',
    'base64',
  );
  const tree = await readPackage(packed, { name: 'demo.tar.xz' });
  expect({ root: tree.root, paths: tree.entries.map(({ path }) => path) }).toEqual({
    root: 'demo-1',
    paths: ['plugin-info'],
  });
  await expect(readPackage(packed.subarray(0, 60), { name: 'demo.tar.xz' })).rejects.toMatchObject({
    code: 'package-not-readable',
  });
});

it('any tree of plain names survives packing and unpacking', async () => {
  const part = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,12}$/);
  const file = fc.tuple(
    fc.array(part, { minLength: 1, maxLength: 4 }),
    fc.uint8Array({ maxLength: 700 }),
    fc.boolean(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(file, { maxLength: 12 }), fc.constantFrom(...formats), async (files, format) => {
      const taken = new Map<string, PackageEntry>();
      for (const [parts, bytes, run] of files) {
        const path = ['d', ...parts.map((name) => `${name}~`), 'f'].join('/');
        taken.set(path, { path, kind: 'file', mode: run ? 0o755 : 0o644, bytes });
      }
      const tree = treeOf('r', [text('top', ''), ...taken.values()]);
      expect(digestTree(await readPackage(await writePackage(tree, format), { name: 'r' }))).toBe(digestTree(tree));
    }),
    { numRuns: 60 },
  );
});

describe('a folder', () => {
  it('is read and written with modes and links, whatever the umask was', async () => {
    const dir = join(work, 'folder');
    await writeFolder(sample, dir);
    expect((await stat(join(dir, 'bin/run.sh'))).mode & 0o777).toBe(0o755);
    expect(await readlink(join(dir, 'current.tpl'))).toBe('templates/base.tpl');
    expect(digestTree(await readFolder(dir, { root: 'x' }))).toBe(digestTree(sample));
  });

  it('is written only where nothing stands', async () => {
    const dir = join(work, 'taken');
    await mkdir(dir);
    await writeFile(join(dir, 'mine'), '');
    await expect(writeFolder(sample, dir)).rejects.toMatchObject({ code: 'file-unreadable' });
    expect(await readdir(dir)).toEqual(['mine']);
  });

  it('with a link that leaves it is refused by the name of the link', async () => {
    const dir = join(work, 'leaving');
    await mkdir(dir);
    await symlink('../../etc', join(dir, 'out'));
    await expect(readFolder(dir, { root: 'x' })).rejects.toMatchObject({
      code: 'package-not-safe',
      data: { entry: 'out' },
    });
  });

  it('that does not exist says so', async () => {
    await expect(readFolder(join(work, 'absent'), { root: 'x' })).rejects.toMatchObject({ code: 'file-not-found' });
  });
});

describe('the digest of a tree', () => {
  it('changes with a path, a byte, a mode or a link, and with nothing else', async () => {
    const of = (...entries: PackageEntry[]) => digestTree(treeOf('r', entries));
    const base = of(text('a', '1'));
    expect(of(text('a', '1', 0o600))).toBe(base);
    expect(
      new Set([
        base,
        of(text('a', '2')),
        of(text('b', '1')),
        of(text('a', '1', 0o755)),
        of({ path: 'a', kind: 'link', mode: 0o777, target: '1' }),
      ]).size,
    ).toBe(5);
  });

  it('can leave parts out', () => {
    const view = (entry: PackageEntry) => (entry.path === 'plugin-info' ? null : entry);
    const other = treeOf(
      'r',
      sample.entries.filter(({ path }) => path !== 'plugin-info'),
    );
    expect(digestTree(sample, { view })).toBe(digestTree(other));
  });
});

it('files that nobody may read are named', async () => {
  const dir = join(work, 'closed');
  await mkdir(dir);
  await writeFile(join(dir, 'secret'), '');
  await chmod(join(dir, 'secret'), 0);
  const reading = readFolder(dir, { root: 'x' });
  // the superuser reads everything
  if (process.getuid?.() === 0) await expect(reading).resolves.toMatchObject({ root: 'x' });
  else
    await expect(reading).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('secret'),
    });
});
