import { describe, expect, it } from 'vitest';
import { belowFloor } from './runtime-floor.ts';

describe('the floor for what the runtime brings', () => {
  const openssl = '3.5.5';
  const sqlite = '3.50.3';
  it.each([
    ['3.50.3', '3.5.5'],
    ['3.53.4', '3.5.8'],
    ['4.0.0', '4.0.0'],
    ['3.51.0', '3.0.19+quic'],
  ])('is reached by SQLite %s with OpenSSL %s', (sqlite, openssl) => {
    expect(belowFloor({ sqlite, openssl })).toEqual([]);
  });

  it.each(['3.50.2', '3.49.9', '2.99.99'])('is missed by SQLite %s', (sqlite) => {
    expect(belowFloor({ sqlite, openssl })).toEqual([expect.stringContaining(`sqlite ${sqlite}`)]);
  });

  it.each(['3.0.18', '3.1.9', '3.5.4', '3.6.0', '1.1.1w'])(
    'is missed by OpenSSL %s, each line by its own',
    (openssl) => {
      expect(belowFloor({ sqlite, openssl })).toEqual([expect.stringContaining(`openssl ${openssl}`)]);
    },
  );

  it('is not reached by what says no version', () => {
    expect(belowFloor({ sqlite: '', openssl: 'unknown' })).toHaveLength(2);
  });
});
