import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LockstepError } from '../failure/index.ts';
import { parsePluginInfo } from './index.ts';

const good = `{
  "version": "0.4.01",
  "description": "Lamps of the house",
  "description_fr": "Lampes",
  "vendor": "Example",
  "vendor.url": "https://example.org",
  "plugin_iface_version_min": "0.2",
  "capabilities": {
    "Example, L1, *": {"lines": 2, "high_availability": true, "protocol": "sip", "type": "deskphone"},
    "*, *, *": {}
  }
}`;

describe('a plugin-info', () => {
  it('is read with everything in it', () => {
    const { info, problems } = parsePluginInfo(good, 'plugin-info');
    expect(problems).toEqual([]);
    expect(info).toMatchObject({
      version: '0.4.01',
      description: 'Lamps of the house',
      descriptions: { fr: 'Lampes' },
      capabilities: { 'Example, L1, *': { lines: 2, high_availability: true, protocol: 'sip', type: 'deskphone' } },
      versionAt: { file: 'plugin-info', line: 2, column: 14 },
    });
    expect(Object.keys(info.raw)).toContain('vendor.url');
  });

  it('keeps unknown keys and warns about each at its place', () => {
    const text = good.replace('"lines": 2', '"lanes": 2').replace('"vendor":', '"colour":');
    const { info, problems } = parsePluginInfo(text, 'plugin-info');
    expect(info.raw).toHaveProperty('colour', 'Example');
    expect(info.capabilities['Example, L1, *']).toHaveProperty('lanes', 2);
    expect(problems.map(({ code, where }) => `${code} ${where?.line}:${where?.column}`).sort()).toEqual([
      'key-unknown 5:3',
      'key-unknown 9:24',
    ]);
  });

  const faults: readonly (readonly [string, string, string, string, string])[] = [
    ['text that is no JSON', '{ version: 1 }', 'json-not-valid', '1:3', 'no JSON'],
    ['a file that is cut off', good.slice(0, 60), 'json-not-valid', '3:', 'ends too early'],
    ['an empty file', '', 'json-not-valid', '1:1', 'ends too early'],
    ['a comment', `// hello\n${good}`, 'json-not-valid', '1:1', 'no JSON'],
    ['a comma too many', good.replace('{}\n', '{},\n'), 'json-not-valid', '10:', 'a comma too many'],
    [
      'a comma before the last brace',
      good.trimEnd().replace(/\}$/, ',}'),
      'json-not-valid',
      '12:1',
      'a comma too many',
    ],
    ['a list', '[]', 'json-not-valid', '1:1', 'one object, not a list'],
    [
      'a key that stands twice',
      good.replace('"vendor":', '"version":'),
      'json-not-valid',
      '5:3',
      '"version" stands twice; the first is in line 2',
    ],
    [
      'an inner key that stands twice',
      good.replace('"lines": 2', '"lines": 2, "lines": 3'),
      'json-not-valid',
      '9:36',
      '"lines" stands twice',
    ],
    ['no version', good.replace('"version"', '"vendor2"'), 'plugin-not-valid', '1:1', '"version" is missing'],
    ['no capabilities', '{"version": "1", "description": "d"}', 'plugin-not-valid', '1:1', '"capabilities" is missing'],
    [
      'a version that is a number',
      good.replace('"0.4.01"', '0.4'),
      'plugin-not-valid',
      '2:14',
      '"version" must be a text in quotes, not 0.4',
    ],
    [
      'lines that are a text',
      good.replace('"lines": 2', '"lines": "2"'),
      'plugin-not-valid',
      '9:33',
      '"lines" must be a whole number',
    ],
    [
      'lines below zero',
      good.replace('"lines": 2', '"lines": -1'),
      'plugin-not-valid',
      '9:33',
      'whole number of 0 or more',
    ],
    ['a protocol that nobody speaks', good.replace('"sip"', '"h323"'), 'plugin-not-valid', '9:75', 'one of sip, sccp'],
    [
      'capabilities that are a list',
      good.replace(/"capabilities": [\s\S]*$/, '"capabilities": []\n}'),
      'plugin-not-valid',
      '8:19',
      'an object, not a list',
    ],
  ];

  it.each(faults)('with %s is one error with its place', (_title, text, code, place, message) => {
    try {
      parsePluginInfo(text, 'plugin-info');
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      expect(error.code).toBe(code);
      expect(`${error.where?.line}:${error.where?.column}`).toMatch(new RegExp(`^${place}`));
      expect(error.message).toContain(message);
    }
  });

  it('cannot reach the prototype of anything', () => {
    const text = good.replace('"vendor":', '"__proto__":').replace('"lines": 2', '"__proto__": {"admin": true}');
    const { info } = parsePluginInfo(text, 'plugin-info');
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    expect(Object.hasOwn(info.raw, '__proto__')).toBe(true);
  });

  const channel = '../shared/corpus/provd/plugins.db';
  describe.skipIf(!existsSync(channel))('of a real channel (skipped where the corpus is absent)', () => {
    it('loads for every one of its plugins', () => {
      const index = JSON.parse(readFileSync(channel, 'utf8')) as Record<string, Record<string, unknown>>;
      const read = Object.entries(index).map(([id, { filename: _f, dsize: _d, sha1sum: _s, ...info }]) =>
        parsePluginInfo(JSON.stringify(info, null, 2), id),
      );
      expect(read).toHaveLength(114);
      expect(new Set(read.flatMap(({ problems }) => problems.map(({ code }) => code)))).toEqual(
        new Set(['key-unknown']),
      );
    });
  });
});
