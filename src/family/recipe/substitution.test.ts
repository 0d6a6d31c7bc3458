import { describe, expect, it } from 'vitest';
import { applySubstitution, parseSubstitution } from './substitution.ts';

const input = 'model #M# #M#\n# only for people\na.b (c)\n\nthe end é';

function sed(script: string, text: string = input): string {
  return Buffer.from(applySubstitution(parseSubstitution([script]), Buffer.from(text))).toString('utf8');
}

describe('a sed script', () => {
  it.each<[script: string, text: string, result: string]>([
    ['s/#M#/spa504/', '#M# #M#\n', 'spa504 #M#\n'],
    ['s/#M#/spa504/g', '#M# #M#\n', 'spa504 spa504\n'],
    ['s/#M#/x/2', '#M# #M#\n', '#M# x\n'],
    ['/^#/d', '# a\nb\n', 'b\n'],
    ['/b/d', 'a\nb', 'a\n'],
    ['s/a/b/;s/b/c/', 'a\n', 'c\n'],
    ['/x/s/a/b/', 'a\nxa\n', 'a\nxb\n'],
    ['2d', 'a\nb\nc\n', 'a\nc\n'],
    ['s/./-/g', 'é€\n', '--\n'],
    ['s/x*/-/g', 'axb\n', '-a-b-\n'],
    ['s/a*b/X/', 'aaab\n', 'X\n'],
    ['s/*b/X/', 'a*b\n', 'aX\n'],
    ['s/(c)/[&]/', '(c)\n', '[(c)]\n'],
    ['s/\\(a\\)\\(b\\)/\\2\\1/', 'ab\n', 'ba\n'],
    ['s/a\\{2\\}/X/', 'aaa\n', 'Xa\n'],
    ['s/[^a-z]/_/g', 'aB c\n', 'a__c\n'],
    ['s/[[:digit:]]\\+/N/', 'v12\n', 'vN\n'],
    ['s|/usr|\\&co|', '/usr/bin\n', '&co/bin\n'],
    ['s/a\\/b/c/', 'a/b\n', 'c\n'],
    ['s/\\./\\n/', 'a.b\n', 'a\nb\n'],
    ['s/A/b/I', 'a\n', 'b\n'],
    ['s/a^b$c/x/', 'a^b$c\n', 'x\n'],
    ['s/end/END/', 'no line end', 'no line END'],
    ['/./d', 'a\n', ''],
    ['s/a/b/', '', ''],
  ])('%s on %j gives %j', (script, text, result) => {
    expect(sed(script, text)).toBe(result);
  });

  it('keeps bytes that are no UTF-8', () => {
    const bytes = applySubstitution(parseSubstitution(['s/a/b/']), Buffer.from([0x61, 0xff, 0x61]));
    expect([...bytes]).toEqual([0x62, 0xff, 0x61]);
  });

  it.each([
    ['y/a/b/', 'the command "y" is not supported'],
    ['s/a/b/w file', 'the flag "w" of "s" is not supported'],
    ['s/a/b/e', 'the flag "e" of "s" is not supported'],
    ['1,3d', 'ranges and negated addresses are not supported'],
    ['s/a\\|b/c/', 'alternatives (\\|) are not supported'],
    ['s/a/b', 'a "/" is missing at the end'],
    ['s/\\(a/b/', 'a group is not closed'],
    ['s/[a/b/', 'a bracket expression is not closed'],
    ['d}', '"}" after a command is not understood'],
    ['s//x/', 'an empty expression (the last one again) is not supported'],
  ])('%s is refused: %s', (script, message) => {
    expect(() => parseSubstitution([script])).toThrow(message);
  });

  it('is stopped when an expression takes for ever', () => {
    const script = parseSubstitution(['s/\\(a*\\)*c/X/']);
    expect(() => applySubstitution(script, Buffer.from('a'.repeat(60)), 100)).toThrow('did not end within 0.1 s');
  });
});
