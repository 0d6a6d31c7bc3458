import { describe, expect, it } from 'vitest';
import { decodePluginInfo } from './decode-plugin-info.ts';
import { oldClientProblems } from './old-clients.ts';

const idAt = { file: 'build.py', line: 3, column: 1 };
const info = (version: string, more = '') =>
  `{"version": ${JSON.stringify(version)},\n "description": "x", "capabilities": {}${more}}`;
const ask = (text: string, id = 'xivo-acme-1.0') => oldClientProblems({ id, idAt, text, file: 'plugin-info' });

describe('whether every old client would take a plugin', () => {
  it.each(['0.4', '1.0-dev', '3.3.1-SP4-2.2.9', '1.22k2', '0.1.9-beta.1', '1.0+x', '2~rc1'])(
    'takes version %s',
    (version) => {
      expect(ask(info(version))).toEqual([]);
    },
  );

  it.each([
    ['a blank', '1.0 beta'],
    ['a blank', '1.0\u00a0'],
    ['a line break', '1.0\n'],
    ['a digit that is not ASCII', '1.\u0663'],
    ['the letter', '1.0é'],
    ['the letter', '1#0'],
    ['the letter', '1%200'],
    ['the letter', '1?0'],
  ])('refuses a version with %s, at its place', (what, version) => {
    expect(ask(info(version))).toMatchObject([
      {
        code: 'old-clients',
        severity: 'error',
        message: expect.stringContaining(what),
        where: { line: 1, column: 13 },
      },
    ]);
    expect(ask(info('1.0'), `acme ${version}`)).toMatchObject([{ where: idAt }]);
  });

  it('refuses a byte order mark and the keys of an index', () => {
    expect(ask(`\ufeff${info('1.0')}`)).toMatchObject([{ where: { line: 1, column: 1 } }]);
    expect(ask(info('1.0', ',\n "sha1sum": "x"'))).toMatchObject([{ where: { line: 3, column: 2 } }]);
  });
});

it('text in another encoding is refused at its first strange letter, a replacement character of the author’s is not', () => {
  const latin = Buffer.from('{"version": "1",\n "description": "Téléphone"}', 'latin1');
  const place = { line: 2, column: 19 };
  expect(() => decodePluginInfo(latin, 'plugin-info')).toThrow(
    expect.objectContaining({ where: { file: 'plugin-info', ...place } }),
  );
  const utf16 = Buffer.from('\ufeff{"version": "1"}', 'utf16le');
  expect(() => decodePluginInfo(utf16, 'plugin-info')).toThrow('is not UTF-8');
  expect(decodePluginInfo(Buffer.from('\ufeff"\ufffd é"'), 'x')).toBe('\ufeff"\ufffd é"');
});
