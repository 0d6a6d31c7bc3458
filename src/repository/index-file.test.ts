import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeEntry, formatIndex, parseIndex } from './index.ts';

const sample = '../shared/corpus/provd/plugins.db';
const sha1 = 'a'.repeat(40);

function indexText(entries: Record<string, unknown>): string {
  return JSON.stringify(entries);
}

const good = { version: '1.0', description: 'd', capabilities: {}, filename: 'a-1.0.tar.bz2', dsize: 3, sha1sum: sha1 };

describe.skipIf(!existsSync(sample))('the index of a real channel (skipped where the corpus is absent)', () => {
  it('comes back byte for byte', () => {
    const text = readFileSync(sample, 'utf8');
    const { index, problems } = parseIndex(text);
    expect({ plugins: index.size, problems }).toEqual({ plugins: 114, problems: [] });
    expect(formatIndex(index, { extraKeys: false })).toBe(text);
    expect(formatIndex(index)).toBe(text);
  });
});

const python = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!python)('an index without our keys (skipped where there is no python3)', () => {
  it('has the very bytes that the old builder’s json.dumps writes', () => {
    const text = JSON.stringify({
      version: '1',
      description: 'é 📞 "\\/\u007f\u0001\t',
      capabilities: { 'Ü, *, *': { lines: 2, multicell: false } },
    });
    const odd = `{"big": 123456789012345678901234567890, "f": [0.1, 1.0, 1e3, 1e16, 1e-7, 0.0001, -0.0, 2.5e-5], "n": null, "\\ud83d\\ude00": 1, "\uff00": 2}`;
    const write = `import json,sys
info = json.loads(sys.argv[1]); info['odd'] = json.loads(sys.argv[2])
info.update(filename='a.tar.bz2', dsize=3, sha1sum='${sha1}')
sys.stdout.write(json.dumps({'a': info, 'b_': info}, separators=(',', ':'), sort_keys=True))`;
    const theirs = spawnSync('python3', ['-c', write, text, odd], { encoding: 'utf8' });
    expect(theirs.stderr).toBe('');
    const { index, problems } = parseIndex(theirs.stdout);
    expect(problems).toEqual([]);
    expect(formatIndex(index, { extraKeys: false })).toBe(theirs.stdout);
  });
});

describe('an index', () => {
  it('is one line with sorted keys, ASCII and no final newline, and loses our extra keys when asked to', () => {
    const entry = describeEntry({
      id: 'b',
      info: { version: '0.4.01', description: 'Téléphone 📞', capabilities: { '*, *, *': { z: 1, a: true } } },
      filename: 'b-0.4.01.tar.bz2',
      size: 12,
      sha1,
      sha256: 'b'.repeat(64),
      digest: 'x',
      family: 'f',
    });
    expect(formatIndex([entry], { extraKeys: false })).toBe(
      `{"b":{"capabilities":{"*, *, *":{"a":true,"z":1}},"description":"T\\u00e9l\\u00e9phone \\ud83d\\udcde","dsize":12,"filename":"b-0.4.01.tar.bz2","sha1sum":"${sha1}","version":"0.4.01"}}`,
    );
    expect(parseIndex(formatIndex([entry])).index.get('b')).toMatchObject({ sha256: 'b'.repeat(64), family: 'f' });
  });

  it.each([
    ['1.0', '1.0'],
    ['0.2', '0.2'],
    ['1.50', '1.5'],
    ['1e2', '100.0'],
    ['1e16', '1e+16'],
    ['0.00001', '1e-05'],
    ['0.0001', '0.0001'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['-0', '0'],
    ['-0.0', '-0.0'],
  ])('writes the number %s as Python does: %s', (written, expected) => {
    const text = `{"a":{"capabilities":{},"description":"","dsize":0,"filename":"a.zip","n":${written},"sha1sum":"${sha1}","version":"1"}}`;
    expect(formatIndex(parseIndex(text).index)).toBe(text.replace(`"n":${written}`, `"n":${expected}`));
  });

  it('keeps what it does not know', () => {
    const text = formatIndex(parseIndex(indexText({ a: { ...good, 'vendor.url': 'x', __proto__x: [1, null] } })).index);
    expect(JSON.parse(text).a).toEqual({ ...good, 'vendor.url': 'x', __proto__x: [1, null] });
  });

  it('sorts by code point and not by UTF-16 unit', () => {
    const text = formatIndex(parseIndex(indexText({ a: { ...good, '\u{1f600}': 1, '\uff00': 2 } })).index);
    expect(text.indexOf('\\uff00')).toBeLessThan(text.indexOf('\\ud83d'));
  });

  it.each([
    ['version', { ...good, version: 7 }],
    ['description', { ...good, description: undefined }],
    ['capabilities', { ...good, capabilities: [] }],
    ['filename', { ...good, filename: '../a.tar.bz2' }],
    ['filename', { ...good, filename: '/etc/passwd' }],
    ['dsize', { ...good, dsize: -1 }],
    ['sha1sum', { ...good, sha1sum: 'zz' }],
    ['sha256', { ...good, sha256: 'ab' }],
    ['object', 'text'],
  ])('reports one entry with a bad %s with its place and offers the rest', (word, bad) => {
    const { index, problems } = parseIndex(
      `{\n  "bad": ${JSON.stringify(bad)},\n  "a": ${JSON.stringify(good)}\n}`,
      'plugins.db',
    );
    expect([...index.keys()]).toEqual(['a']);
    expect(problems).toMatchObject([
      { code: 'index-entry-not-valid', where: { file: 'plugins.db', line: 2, column: 3 } },
    ]);
    expect(problems[0]?.message).toContain(word);
  });

  it('refuses text that is not JSON, with line and column', () => {
    expect(() => parseIndex('{"a":\n {"x" 1}}', 'plugins.db')).toThrow(
      expect.objectContaining({ code: 'index-not-valid', where: { file: 'plugins.db', line: 2, column: 7 } }),
    );
    expect(() => parseIndex('<html>', 'p')).toThrow(expect.objectContaining({ code: 'index-not-valid' }));
    expect(() => parseIndex('[]', 'p')).toThrow(expect.objectContaining({ code: 'index-not-valid' }));
  });
});
