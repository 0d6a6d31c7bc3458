import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { readPackage } from './index.ts';
import { type PortableEntry, portabilityProblems } from './portability-problems.ts';

const file = (path: string, text = path): PortableEntry => ({
  path,
  kind: 'file',
  size: text.length,
  content: () => text,
});
const link = (path: string, target: string): PortableEntry => ({ path, kind: 'link', target });
const codes = (...entries: PortableEntry[]): string[] =>
  portabilityProblems(entries).map(({ severity, code, path }) => `${severity} ${code} ${path}`);

/** What a reader says of the same entries in an archive; null where it takes them. */
async function refusal(entries: readonly PortableEntry[]): Promise<string | null> {
  const packer = pack();
  packer.entry({ name: 'p/', type: 'directory' });
  for (const { path, kind, target = '', content } of entries) {
    if (kind === 'link') packer.entry({ name: `p/${path}`, type: 'symlink', linkname: target });
    else packer.entry({ name: `p/${path}` }, content?.() ?? '');
  }
  packer.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of packer) pieces.push(piece as Buffer);
  return readPackage(Buffer.concat(pieces), { name: 'p.tar' }).then(
    () => null,
    (error: { code: string }) => error.code,
  );
}

describe('an author hears first what a reader would refuse', () => {
  const refused: [string, PortableEntry[], string][] = [
    ['a control character', [file('a\u001bb')], 'a\u001bb'],
    ['a name that is not UTF-8', [file('a\uFFFDb')], 'a\uFFFDb'],
    ['a name too long for any disk', [file('x'.repeat(256))], 'x'.repeat(256)],
    ['a climb by backslashes', [file('a\\..\\b')], 'a\\..\\b'],
    ['a link to an absolute path', [link('l', '/etc/passwd')], 'l'],
    ['a link that leaves', [link('d/l', '../../x')], 'd/l'],
    ['a link that leaves through another', [file('a/b/f'), link('d', 'a/b'), link('a/l', '../d/../../../x')], 'a/l'],
    ['links in a circle', [link('l', 'l')], 'l'],
  ];
  it.each(refused)('%s', async (_what, entries, path) => {
    expect(codes(...entries)).toEqual([`error package-not-safe ${path}`]);
    expect(await refusal(entries)).toBe('package-not-safe');
  });

  it('more bytes than any reader takes', () => {
    const big = { ...file('big'), size: 300 * 1024 * 1024 };
    expect(codes(big, { ...big, path: 'other' })).toEqual(['error package-not-safe other']);
  });

  it('more entries than any reader takes', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => file(String(at)));
    expect(codes(...many)).toEqual(['error package-not-safe 19999']);
    expect(codes(...many.slice(1))).toEqual([]);
  });
});

describe('names that only some systems tell apart', () => {
  const silent: [string, PortableEntry[]][] = [
    ['a link to its own other spelling', [file('RINGLIST.XML'), link('Ringlist.xml', 'RINGLIST.XML')]],
    ['two equal files', [file('a', 'same'), file('A', 'same')]],
    ['two folders', [{ path: 'd', kind: 'directory' }, { path: 'D', kind: 'directory' }, file('d/a'), file('D/b')]],
  ];
  it.each(silent)('lose nothing with %s', async (_what, entries) => {
    expect(codes(...entries)).toEqual([]);
    expect(await refusal(entries.filter(({ kind }) => kind !== 'directory'))).toBeNull();
  });

  const warned: [string, PortableEntry[], string][] = [
    ['two files', [file('a'), file('A')], 'warning names-clash A'],
    ['two compositions', [file('\u00e9'), file('e\u0301')], 'warning names-clash e\u0301'],
    ['a link to something else', [file('a'), file('b'), link('A', 'b')], 'warning names-clash A'],
    ['a file and a folder', [file('a'), { path: 'A', kind: 'directory' }], 'warning names-clash A'],
    ['a backslash', [file('a\\b')], 'warning name-backslash a\\b'],
  ];
  it.each(warned)('are a warning with %s, and every reader takes them', async (_what, entries, expected) => {
    expect(codes(...entries)).toEqual([expected]);
    expect(await refusal(entries.filter(({ kind }) => kind !== 'directory'))).toBeNull();
  });
});
