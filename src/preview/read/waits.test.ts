import { describe, expect, it } from 'vitest';
import { attempts, mayPass, waitBefore } from './waits.ts';

const now = Date.parse('2030-01-01T00:00:00Z');

describe('waiting for a server', () => {
  it('takes twice as long each time, unless the server says how long', () => {
    expect(Array.from({ length: attempts - 1 }, (_, attempt) => waitBefore(attempt, null, now))).toEqual([
      250, 500, 1000, 2000,
    ]);
    expect(waitBefore(0, '7', now)).toBe(7000);
    expect(waitBefore(3, ' 0 ', now)).toBe(0);
    expect(waitBefore(0, 'Tue, 01 Jan 2030 00:00:30 GMT', now)).toBe(30_000);
    expect(waitBefore(0, 'Mon, 31 Dec 2029 00:00:00 GMT', now)).toBe(0);
    expect(waitBefore(1, 'soon', now)).toBe(500);
  });

  it('never takes longer than two minutes, whatever is wished', () => {
    expect(waitBefore(0, '86400', now)).toBe(120_000);
    expect(waitBefore(0, 'Fri, 01 Jan 2100 00:00:00 GMT', now)).toBe(120_000);
  });

  it('is for what may pass: too many requests, and faults on the way or of the server', () => {
    expect([0, 408, 429, 500, 502, 503].every(mayPass)).toBe(true);
    expect([200, 302, 400, 401, 403, 404, 405].some(mayPass)).toBe(false);
  });
});
