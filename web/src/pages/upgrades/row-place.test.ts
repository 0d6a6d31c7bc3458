import { describe, expect, it } from 'vitest';
import { placeInGroups } from './row-place.ts';

describe('the rows of a grouped list', () => {
  it('are each group’s heading and its members, in order', () => {
    const places = placeInGroups([2, 1, 3]);
    expect(places.count).toBe(9);
    const all = Array.from({ length: 9 }, (_, index) => places.at(index));
    expect(all.map(({ group, within }) => `${group}:${within}`)).toEqual([
      '0:null',
      '0:0',
      '0:1',
      '1:null',
      '1:0',
      '2:null',
      '2:0',
      '2:1',
      '2:2',
    ]);
  });

  it('are none where there is no group', () => {
    expect(placeInGroups([]).count).toBe(0);
  });
});
