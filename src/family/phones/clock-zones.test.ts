import { expect, it } from 'vitest';
import { clockZones } from './clock-zones.ts';

it('a time zone has its offset, and summer time from its first hour to its last, also on the southern half', () => {
  expect(
    clockZones(['Europe/Paris', 'America/New_York', 'Australia/Sydney', 'Asia/Kolkata', 'Etc/GMT+12', 'Nowhere/Town']),
  ).toEqual({
    'Europe/Paris': [3600, 3600, [3, 5, 1, 7200], [10, 5, 1, 10800]],
    'America/New_York': [-18000, 3600, [3, 2, 1, 7200], [11, 1, 1, 7200]],
    'Australia/Sydney': [36000, 3600, [10, 1, 1, 7200], [4, 1, 1, 10800]],
    'Asia/Kolkata': [19800, 0],
    'Etc/GMT+12': [-43200, 0],
  });
});
