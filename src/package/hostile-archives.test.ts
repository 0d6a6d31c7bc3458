import { crc32, deflateRawSync } from 'node:zlib';
import type { Header } from 'tar-stream';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { readPackage } from './index.ts';

type Member = Partial<Header> & { name: string; body?: string };

async function tarOf(...members: Member[]): Promise<Buffer> {
  const packer = pack();
  for (const { body = '', ...header } of members) packer.entry(header as Header, body);
  packer.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of packer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

interface ZipMember {
  readonly name: string;
  readonly body?: string;
  readonly flags?: number;
  readonly unixMode?: number;
  readonly declaredSize?: number;
}

/** A zip written by hand, because no library writes a bad one. */
function zipOf(...members: ZipMember[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, body = 'x', flags = 0x800, unixMode = 0o100644, declaredSize } of members) {
    const raw = Buffer.from(body);
    const packed = deflateRawSync(raw);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(raw), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(declaredSize ?? raw.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(unixMode * 0x10000, 6);
    tail.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('504b01021403', 'hex'), fields, tail, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

const root = { name: 'p/', type: 'directory' as const };

describe('a tar is refused, naming the entry, when it', () => {
  const cases: [string, Member[], string][] = [
    ['writes to an absolute path', [root, { name: '/etc/passwd', body: 'x' }], '/etc/passwd'],
    ['climbs out with ..', [root, { name: 'p/../../evil', body: 'x' }], 'p/../../evil'],
    ['climbs out with a backslash', [root, { name: 'p\\..\\evil', body: 'x' }], 'p\\..\\evil'],
    ['names a drive', [{ name: 'C:/evil', body: 'x' }], 'C:/evil'],
    ['links to an absolute path', [root, { name: 'p/l', type: 'symlink', linkname: '/etc' }], 'l'],
    ['links out of its root', [root, { name: 'p/l', type: 'symlink', linkname: '../other' }], 'l'],
    [
      'links out through another link',
      [
        root,
        { name: 'p/d', type: 'symlink', linkname: 'a/b' },
        { name: 'p/a/b/', type: 'directory' },
        { name: 'p/a/l', type: 'symlink', linkname: '../d/../../../x' },
      ],
      'a/l',
    ],
    [
      'links in a circle',
      [root, { name: 'p/a', type: 'symlink', linkname: 'b' }, { name: 'p/b', type: 'symlink', linkname: 'a' }],
      'a',
    ],
    [
      'writes through a link',
      [root, { name: 'p/l', type: 'symlink', linkname: 'd' }, { name: 'p/l/x', body: 'x' }],
      'p/l/x',
    ],
    ['hard-links to something outside', [root, { name: 'p/l', type: 'link', linkname: 'q/passwd' }], 'p/l'],
    ['holds a device', [root, { name: 'p/null', type: 'character-device', devmajor: 1, devminor: 3 }], 'p/null'],
    ['holds a pipe', [root, { name: 'p/pipe', type: 'fifo' }], 'p/pipe'],
    ['holds a name twice', [root, { name: 'p/a', body: '1' }, { name: 'p/a', body: '2' }], 'p/a'],
    ['holds a NUL in a name', [root, { name: 'p/a', body: '1', pax: { path: 'p/a\0b' } } as Member], 'p/a\0b'],
    ['holds a control character in a name', [root, { name: 'p/a\u001bb', body: '1' }], 'p/a\u001bb'],
    ['makes a file of a folder', [root, { name: 'p/a/b', body: '1' }, { name: 'p/a', body: '2' }], 'p/a/b'],
  ];
  it.each(cases)('%s', async (_what, members, entry) => {
    const reading = readPackage(await tarOf(...members), { name: 'bad.tar' });
    await expect(reading).rejects.toMatchObject({ code: 'package-not-safe', data: { entry } });
  });

  it('multiplies a file by hard links beyond the limit of bytes', async () => {
    const links = Array.from({ length: 20 }, (_, at) => ({ name: `p/l${at}`, type: 'link' as const, linkname: 'p/a' }));
    const tar = await tarOf(root, { name: 'p/a', body: 'x'.repeat(100) }, ...links);
    const limits = { maxBytes: 2_000 };
    await expect(readPackage(tar, { name: 'bad.tar', limits })).rejects.toMatchObject({
      code: 'package-not-safe',
      data: { entry: 'p/l19' },
    });
    const whole = await readPackage(tar, { name: 'ok.tar', limits: { maxBytes: 2_100 } });
    expect(whole.entries.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0)).toBe(2_100);
  });

  it('implies more folders than entries are allowed', async () => {
    const deep = (at: number) => `p/${at}/${'d/'.repeat(10)}f`;
    const many = await tarOf(root, ...Array.from({ length: 5 }, (_, at) => ({ name: deep(at), body: '' })));
    await expect(readPackage(many, { name: 'bad.tar', limits: { maxEntries: 50 } })).rejects.toMatchObject({
      code: 'package-not-safe',
      message: expect.stringContaining('50 entries'),
    });
    expect((await readPackage(many, { name: 'ok.tar' })).entries).toHaveLength(60);
  });

  it('leads a reader through links upon links', async () => {
    const links = Array.from({ length: 3_000 }, (_, at) => ({
      name: `p/l${at}`,
      type: 'symlink' as const,
      linkname: `l${at + 1}/${'./d/../'.repeat(100)}d`,
    }));
    await expect(readPackage(await tarOf(root, ...links), { name: 'bad.tar' })).rejects.toMatchObject({
      code: 'package-not-safe',
    });
  });

  it('holds more entries than allowed', async () => {
    const many = await tarOf(root, ...Array.from({ length: 30 }, (_, at) => ({ name: `p/${at}`, body: '' })));
    const reading = readPackage(many, { name: 'bad.tar', limits: { maxEntries: 20 } });
    await expect(reading).rejects.toMatchObject({
      code: 'package-not-safe',
      message: expect.stringContaining('20 entries'),
    });
  });

  it('holds more bytes than allowed', async () => {
    const reading = readPackage(await tarOf(root, { name: 'p/a', body: 'x'.repeat(2000) }), {
      name: 'bad.tar',
      limits: { maxBytes: 1000 },
    });
    await expect(reading).rejects.toMatchObject({ code: 'package-not-safe', data: { entry: 'p/a' } });
  });
});

describe('a tar is read when it', () => {
  it('links inside its root, also to something that is not there yet', async () => {
    const tree = await readPackage(
      await tarOf(
        root,
        { name: 'p/l', type: 'symlink', linkname: 'var/later' },
        { name: 'p/d/up', type: 'symlink', linkname: '../l' },
      ),
      { name: 'ok.tar' },
    );
    expect(tree.entries.map(({ path }) => path)).toEqual(['d', 'd/up', 'l']);
  });

  it('has two roots: then there is none, and both names are in the paths', async () => {
    const tree = await readPackage(await tarOf(root, { name: 'p/a', body: '' }, { name: 'q/b', body: '' }), {
      name: 'ok.tar',
    });
    expect({ root: tree.root, paths: tree.entries.map(({ path }) => path) }).toEqual({
      root: null,
      paths: ['p', 'p/a', 'q', 'q/b'],
    });
  });

  it('has no entry for its root, and says so', async () => {
    const tree = await readPackage(await tarOf({ name: 'p/a', body: '' }), { name: 'ok.tar' });
    expect({ root: tree.root, rootEntry: tree.rootEntry }).toEqual({ root: 'p', rootEntry: false });
  });

  it('starts its names with ./', async () => {
    const tree = await readPackage(
      await tarOf({ name: './', type: 'directory' }, { name: './p/', type: 'directory' }, { name: './p/a', body: '1' }),
      { name: 'ok.tar' },
    );
    expect({ root: tree.root, paths: tree.entries.map(({ path }) => path) }).toEqual({ root: 'p', paths: ['a'] });
  });

  it.each([
    ['differ in letter case', 'p/a', 'p/A'],
    ['differ in composition', 'p/\u00e9', 'p/e\u0301'],
    ['hold a backslash', 'p/a\\b', 'p/a'],
    ['begin like a drive', 'p/c:b', 'p/c'],
  ])('has names that %s', async (_what, one, other) => {
    const tree = await readPackage(await tarOf(root, { name: one, body: '1' }, { name: other, body: '2' }), {
      name: 'ok.tar',
    });
    expect(tree.entries.map(({ path }) => `p/${path}`).sort()).toEqual([one, other].sort());
  });

  it('drops set-user-id bits', async () => {
    const tree = await readPackage(await tarOf(root, { name: 'p/a', body: '1', mode: 0o4755 }), { name: 'ok.tar' });
    expect(tree.entries[0]!.mode).toBe(0o755);
  });
});

describe('a zip is refused when it', () => {
  const cases: [string, ZipMember[], string, string][] = [
    ['climbs out with ..', [{ name: '../evil' }], 'package-not-safe', '../evil'],
    ['writes to an absolute path', [{ name: '/etc/passwd' }], 'package-not-safe', '/etc/passwd'],
    ['climbs out with a backslash', [{ name: '..\\evil' }], 'package-not-safe', 'evil'],
    ['links out', [{ name: 'l', body: '../../x', unixMode: 0o120777 }], 'package-not-safe', 'l'],
    ['holds a name twice', [{ name: 'plugin.xml' }, { name: 'plugin.xml' }], 'package-not-safe', 'plugin.xml'],
    ['holds a device', [{ name: 'dev', unixMode: 0o020644 }], 'package-not-safe', 'dev'],
    ['is encrypted', [{ name: 'plugin.xml', flags: 0x801 }], 'package-not-readable', 'plugin.xml'],
    ['says less than it holds', [{ name: 'a', body: 'x'.repeat(5000), declaredSize: 10 }], 'package-not-safe', 'a'],
    ['says more than it holds', [{ name: 'a', body: 'xyz', declaredSize: 10 }], 'package-not-readable', 'a'],
    ['expands a thousandfold', [{ name: 'a', body: '\0'.repeat(20_000_000) }], 'package-not-safe', 'a'],
  ];
  it.each(cases)('%s', async (_what, members, code, named) => {
    const reading = readPackage(zipOf(...members), { name: 'bad.zip' });
    await expect(reading).rejects.toMatchObject({ code, message: expect.stringContaining(named) });
  });

  it('is damaged inside an entry', async () => {
    const zip = zipOf({ name: 'a', body: 'some text that is long enough to be packed, some text' });
    zip[40]! ^= 0xff;
    await expect(readPackage(zip, { name: 'bad.zip' })).rejects.toMatchObject({ code: 'package-not-readable' });
  });
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('<html>404</html>')],
  ['random bytes', Buffer.from('0123456789abcdef'.repeat(64))],
  ['a compressed text', Buffer.from('425a68', 'hex')],
])('%s is no package', async (_what, bytes) => {
  await expect(readPackage(bytes, { name: 'x' })).rejects.toMatchObject({ code: 'package-not-readable' });
});
