import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openVault } from './vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-vault-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a vault', () => {
  it('opens what it sealed, also after a restart, and seals the same text differently each time', () => {
    const file = join(folder, 'keys', 'run.key');
    const vault = openVault(file);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const sealed = vault.seal(text);
        expect(openVault(file).open(sealed)).toBe(text);
        expect(vault.seal(text)).not.toBe(sealed);
        if (text.length > 3) expect(sealed).not.toContain(text);
      }),
      { numRuns: 50 },
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('never uses a nonce twice, however many it draws at once', () => {
    const vault = openVault(null, createSecretKey(randomBytes(32)));
    const nonces = Array.from({ length: 2500 }, () => vault.seal('').split('.')[1]);
    expect(new Set(nonces).size).toBe(2500);
  });

  it('refuses a value that was changed, cut, or sealed with another key', () => {
    const vault = openVault(join(folder, 'a.key'));
    const sealed = vault.seal('secret');
    const cases = [
      `${sealed.slice(0, -2)}AA`,
      sealed.slice(0, 20),
      '',
      'v2.a.b.c',
      sealed.replace('v1.', 'v2.'),
      sealed.replaceAll('.', '-'),
      `${sealed.slice(0, 20)}${'A'.repeat(22)}${sealed.slice(42)}`,
      openVault(join(folder, 'b.key')).seal('secret'),
    ];
    for (const bad of cases) {
      expect(() => vault.open(bad)).toThrow(expect.objectContaining({ code: 'secret-not-readable' }));
    }
  });
});
