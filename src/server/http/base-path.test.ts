import { describe, expect, it } from 'vitest';
import { basePathOf, withoutBase } from './base-path.ts';

describe('the base path', () => {
  it.each([
    [null, ''],
    ['https://tools.example.org', ''],
    ['https://tools.example.org/', ''],
    ['https://tools.example.org/lockstep', '/lockstep'],
    ['https://tools.example.org/a/lockstep/', '/a/lockstep'],
  ])('of %s is "%s"', (url, path) => {
    expect(basePathOf(url)).toBe(path);
  });

  it.each([
    ['/lockstep/api/session?x=1', '/api/session?x=1'],
    ['/lockstep', '/'],
    ['/lockstep?x', '/?x'],
    ['/lockstep.svg', '/lockstep.svg'],
    ['/locksteps/api', '/locksteps/api'],
    ['/api/session', '/api/session'],
  ])('is taken from %s, which leaves %s', (url, left) => {
    expect(withoutBase('/lockstep', url)).toBe(left);
  });
});
