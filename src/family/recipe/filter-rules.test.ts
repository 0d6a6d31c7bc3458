import { describe, expect, it } from 'vitest';
import { compileFilters, parseFilterRule } from './filter-rules.ts';

/** `- pattern` and `+ pattern`, as rsync writes rules. */
function filter(...rules: string[]) {
  return compileFilters(rules.map((rule) => parseFilterRule('exclude', rule)));
}

describe("rsync's filter rules", () => {
  it.each<[rules: string[], path: string, isFolder: boolean, leftOut: boolean]>([
    [['- .*'], '.git', true, true],
    [['- .*'], 'templates/.swp', false, true],
    [['- .*'], 'templates/a.b', false, false],
    [['- /templates'], 'templates', true, true],
    [['- /templates'], 'var/templates', true, false],
    [['- templates'], 'var/templates', true, true],
    [['- templates/'], 'templates', true, true],
    [['- templates/'], 'templates', false, false],
    [['- *.btpl'], 'a/b/c.btpl', false, true],
    [['- /*.tpl'], 'a.tpl', false, true],
    [['- /*.tpl'], 'a/b.tpl', false, false],
    [['- a/*.tpl'], 'x/a/b.tpl', false, true],
    [['- a/*.tpl'], 'a/x/b.tpl', false, false],
    [['- a/**.tpl'], 'a/x/b.tpl', false, true],
    [['- /a/***'], 'a', true, true],
    [['- /a/***'], 'a/b/c', false, true],
    [['- spa50?.tpl'], 'spa504.tpl', false, true],
    [['- spa50[1-4].tpl'], 'spa504.tpl', false, true],
    [['- spa50[!1-4].tpl'], 'spa504.tpl', false, false],
    [['+ /templates/base.tpl', '- /templates/*'], 'templates/base.tpl', false, false],
    [['+ /templates/base.tpl', '- /templates/*'], 'templates/other.tpl', false, true],
    [['- /templates/*', '+ /templates/base.tpl'], 'templates/base.tpl', false, true],
    [['- a+b(c).txt'], 'a+b(c).txt', false, true],
    [['- a\\*b'], 'a*b', false, true],
    [['- a\\*b'], 'axb', false, false],
    [[], 'anything', false, false],
  ])('%j on %s (folder: %s) leaves it out: %s', (rules, path, isFolder, leftOut) => {
    expect(filter(...rules)(path, isFolder)).toBe(leftOut);
  });
});
