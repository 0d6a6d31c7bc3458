import { expect, it } from 'vitest';
import { checkFirmware } from './check-firmware.ts';

const good = `[pkg_a]
description: A
version: 1.0
files: a-fw b-fw
install: acme

[install_acme]
a-b: cp $FILE1 firmware/

[file_a-fw]
url: http://example.org/a.bin
size: 1
sha1sum: ${'0'.repeat(40)}

[file_b-fw]
url: http://example.org/b.bin
size: 1
sha1sum: ${'1'.repeat(40)}
`;

it('a complete list of packages has nothing wrong', () => {
  expect(checkFirmware(good, 'pkgs.db')).toEqual([]);
});

it.each([
  [
    'a missing section of a file',
    good.replace('[file_b-fw]', '[file_c-fw]'),
    [
      [1, 'there is no [file_b-fw]'],
      [15, 'Nothing uses [file_c-fw]'],
    ],
  ],
  [
    'a missing recipe',
    good.replace('install: acme', 'install: other'),
    [
      [1, 'there is no [install_other]'],
      [7, 'Nothing uses [install_acme]'],
    ],
  ],
  ['a size that is none', good.replace('size: 1', 'size: many'), [[10, '[file_a-fw] has no size']]],
  ['a digest that is none', good.replace('1'.repeat(40), 'abc'), [[15, '[file_b-fw] has no sha1sum']]],
  [
    'a section twice',
    `${good}\n[file_b-fw]\nurl: http://example.org/b.bin\nsize: 1\nsha1sum: ${'1'.repeat(40)}\n`,
    [[20, '[file_b-fw] stands in line 15 already']],
  ],
  ['an unknown section', `${good}\n[pkgs_x]\n`, [[20, 'The section [pkgs_x] is not known']]],
  ['no version', good.replace('version: 1.0\n', ''), [[1, 'has no version']]],
  ['a line before all', `stray\n${good}`, [[1, 'before the first section']]],
  [
    'two digests of one name',
    good.replace('example.org/b.bin', 'example.org/x/a.bin'),
    [[1, 'has another file named a.bin']],
  ],
] as const)('%s is found at its line', (_name, text, wanted) => {
  const found = checkFirmware(text, 'pkgs.db').map(({ where, message }) => [where!.line, message]);
  expect(found).toHaveLength(wanted.length);
  for (const [at, [line, words]] of wanted.entries()) {
    expect(found[at]![0]).toBe(line);
    expect(found[at]![1]).toContain(words);
  }
});
