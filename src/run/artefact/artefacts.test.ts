import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { collectArtefacts } from './collect-artefacts.ts';
import { artefactFolderOf, receiveArtefacts } from './received-artefacts.ts';

const root = mkdtempSync(join(tmpdir(), 'lockstep-artefacts-'));
afterAll(() => rmSync(root, { recursive: true }));
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'f-'));
});

/** A folder as a step left it. */
function leave(files: Readonly<Record<string, string>>): string {
  const left = mkdtempSync(join(folder, 'left-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(left, name)), { recursive: true });
    writeFileSync(join(left, name), text);
  }
  return left;
}

describe('what a step left', () => {
  it('is kept by digest under its path, once where it is the same', async () => {
    const target = join(folder, 'kept');
    const left = leave({ 'b/report.html': 'same', 'a.txt': 'same', 'ö e': '' });
    expect(await collectArtefacts(left, target)).toEqual([
      { name: 'a.txt', digest: sha256('same'), size: 4 },
      { name: 'b/report.html', digest: sha256('same'), size: 4 },
      { name: 'ö e', digest: sha256(''), size: 0 },
    ]);
    expect(readdirSync(target).sort()).toEqual([sha256('same'), sha256('')].sort());
    expect(readFileSync(join(target, sha256('same')), 'utf8')).toBe('same');
  });

  it('is nothing where the folder is empty or gone, and then nothing is made', async () => {
    const target = join(folder, 'kept');
    expect(await collectArtefacts(leave({}), target)).toEqual([]);
    expect(await collectArtefacts(join(folder, 'gone'), target)).toEqual([]);
    expect(existsSync(target)).toBe(false);
  });

  const limits = { count: 3, bytes: 10 };
  it.each<[string, () => string, RegExp]>([
    ['too many files', () => leave({ a: '', b: '', c: '', d: '' }), /more than 3 files/],
    ['too many folders', () => leave({ 'a/b/c/d': '' }), /more than 3 files/],
    ['too much', () => leave({ a: '123456', b: '12345' }), /more than 0 MiB/],
    ['a name with a line end', () => leave({ 'a\nb': '' }), /character that is not allowed/],
    ['a name with a backslash', () => leave({ 'a\\..\\b': '' }), /character that is not allowed/],
    ['a long name', () => leave({ [`${'x'.repeat(200)}/${'y'.repeat(200)}`]: '' }), /401 characters/],
    [
      'a link',
      () => {
        const left = leave({ a: '' });
        symlinkSync('/etc/passwd', join(left, 'link'));
        return left;
      },
      /"link" is a link/,
    ],
    [
      'a link to a folder',
      () => {
        const left = leave({ a: '' });
        symlinkSync('..', join(left, 'up'));
        return left;
      },
      /"up" is a link/,
    ],
  ])('%s is refused, and nothing is kept', async (_, make, message) => {
    const target = join(folder, 'kept');
    await expect(collectArtefacts(make(), target, limits)).rejects.toMatchObject({
      code: 'artefact-not-kept',
      message: expect.stringMatching(message),
    });
    expect(existsSync(target)).toBe(false);
  });
});

describe('what an agent sends', () => {
  const step = { id: 'r.1.0', fence: 2 };
  const limits = { count: 2, bytes: 10 };
  const bytes = (text: string): Uint8Array => Buffer.from(text);
  const digest = sha256('0123456789');

  it('comes in pieces, is taken up again by a server that was started anew, and lies in its place then', async () => {
    const first = receiveArtefacts(folder, limits);
    expect(await first.append('r', step, { digest, offset: 0, bytes: bytes('01234') })).toBe(5);
    const second = receiveArtefacts(folder, limits);
    expect(await second.append('r', step, { digest, offset: 3, bytes: bytes('3456') })).toBe(7);
    expect(await second.append('r', step, { digest, offset: 9, bytes: bytes('9') })).toBe(7);
    expect(await second.append('r', step, { digest, offset: 7, bytes: bytes('789') })).toBe(10);
    const artefacts = [
      { name: 'a', digest, size: 10 },
      { name: 'empty', digest: sha256(''), size: 0 },
    ];
    await second.settle('r', step, artefacts);
    // the answer was lost, and the end of the step is told again
    await second.settle('r', step, artefacts);
    const place = artefactFolderOf(folder, 'r');
    expect(readdirSync(place).sort()).toEqual([digest, sha256('')].sort());
    expect(readFileSync(join(place, digest), 'utf8')).toBe('0123456789');
  });

  it.each<[string, string, string]>([
    ['more than the limit', digest, '01234567890'],
    ['a digest that is a path', '../../../../etc/passwd', 'x'],
    ['a digest that is none', 'x'.repeat(64), 'x'],
  ])('%s is not taken', async (_, name, text) => {
    const server = receiveArtefacts(folder, limits);
    const piece = { digest: name, offset: 0, bytes: bytes(text) };
    await expect(server.append('r', step, piece)).rejects.toMatchObject({ code: 'artefact-not-kept' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('too many files, and too much in all, is not taken, also after a restart', async () => {
    const server = receiveArtefacts(folder, limits);
    await server.append('r', step, { digest: sha256('a'), offset: 0, bytes: bytes('123456') });
    await expect(
      server.append('r', step, { digest: sha256('b'), offset: 0, bytes: bytes('12345') }),
    ).rejects.toMatchObject({ code: 'artefact-not-kept' });
    await server.append('r', step, { digest: sha256('b'), offset: 0, bytes: bytes('1') });
    await expect(
      receiveArtefacts(folder, limits).append('r', step, { digest: sha256('c'), offset: 0, bytes: bytes('1') }),
    ).rejects.toMatchObject({ code: 'artefact-not-kept' });
  });

  it.each<[string, { name: string; digest: string; size: number }[], RegExp]>([
    ['that leads out of its folder', [{ name: '../a', digest, size: 3 }], /no path within/],
    ['that is a path from the root', [{ name: '/etc/passwd', digest, size: 3 }], /no path within/],
    ['that is empty', [{ name: '', digest, size: 3 }], /no path within/],
    ['that is a path for its digest', [{ name: 'a', digest: '../../secret', size: 3 }], /digest is none/],
    ['that never came', [{ name: 'a', digest: sha256('other'), size: 5 }], /did not arrive whole/],
    ['of another size', [{ name: 'a', digest, size: 4 }], /did not arrive whole/],
    ['with other bytes', [{ name: 'a', digest, size: 3 }], /not what was announced/],
    [
      'that is named twice',
      [
        { name: 'a', digest, size: 3 },
        { name: 'a', digest, size: 3 },
      ],
      /twice/,
    ],
  ])('an artefact %s is refused', async (_, artefacts, message) => {
    const server = receiveArtefacts(folder, limits);
    await server.append('r', step, { digest, offset: 0, bytes: bytes('no!') });
    await expect(server.settle('r', step, artefacts)).rejects.toMatchObject({
      code: 'artefact-not-kept',
      message: expect.stringMatching(message),
    });
    expect(readdirSync(artefactFolderOf(folder, 'r'))).toEqual(['r.1.0.2.parts']);
  });
});
