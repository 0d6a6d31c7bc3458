import { describe, expect, it } from 'vitest';
import { parseFamilyJson } from './family-json.ts';
import { formatFamilyJson } from './format-family-json.ts';

const target = (layer: string): string =>
  `{"targets": [\n  {"id": "t", "plugin": "p", "layers": [\n    ${layer}\n  ]}\n]}`;

describe('a family.json', () => {
  it.each<[layer: string, message: string, column: number]>([
    ['{"copy": "../x/"}', '"../x/" is outside the family\'s folder.', 14],
    ['{"copy": "/etc/"}', '"/etc/" is outside the family\'s folder.', 14],
    ['{"copy": "x/", "to": "../y"}', '"../y" is outside the target\'s output folder.', 26],
    ['{"folder": "/y"}', '"/y" is outside the target\'s output folder.', 16],
    ['{"text": "a"}', 'The key "to" is missing.', 5],
    ['{"copy": 1}', '"copy" must be a text in quotes.', 14],
    ['{"copy": "x", "form": "y"}', 'A copy has no key "form" (but copy, to, filters, recursive, links).', 19],
    [
      '{"copy": "x", "filters": [{"exclude": "a", "include": "b"}]}',
      'A filter is {"exclude": pattern} or {"include": pattern}.',
      31,
    ],
    [
      '{"substitute": "x", "script": "y/a/b/", "to": "z"}',
      'The script is not understood: the command "y" is not supported.',
      35,
    ],
    [
      '{}',
      'A layer has one of "copy", "substitute", "text", "base64", "folder", "move", "remove", "link" and "mode".',
      5,
    ],
  ])('with the layer %s fails that target: %s', (layer, message, column) => {
    const [only] = parseFamilyJson(target(layer), 'family.json').targets;
    expect(only?.failure).toMatchObject({ message, where: { file: 'family.json', line: 3, column } });
  });

  it('that is no JSON is an error with line and column', () => {
    expect(() => parseFamilyJson('{\n  "targets": [,]\n}', 'family.json')).toThrow(
      expect.objectContaining({ code: 'json-not-valid', where: { file: 'family.json', line: 2, column: 15 } }),
    );
  });

  it('that defines a target twice fails that target, with both lines', () => {
    const one = '{"id": "t", "plugin": "p", "layers": []}';
    const [only] = parseFamilyJson(`{"targets": [\n${one},\n${one}]}`, 'family.json').targets;
    expect(only?.failure).toMatchObject({
      message: 'The target "t" is defined again; the first is in line 2.',
      where: { line: 3 },
    });
  });

  it('keeps its meaning when it is written and read again', () => {
    const layers = [
      '{"copy": ["a/", "b"], "to": "c/", "filters": [{"include": "x"}, {"exclude": "*"}], "links": false}',
      '{"substitute": ["x", "y"], "script": ["s/a/b/", "/c/d"], "extended": true, "to": "z"}',
      '{"base64": "/w==", "to": "z", "append": true}',
      '{"folder": "d"}',
    ];
    const recipe = parseFamilyJson(target(layers.join(',')), 'family.json');
    const again = parseFamilyJson(formatFamilyJson(recipe), 'family.json');
    const plain = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (key, inner) => (key === 'at' ? undefined : inner)));
    expect(plain(again)).toEqual(plain(recipe));
  });
});
