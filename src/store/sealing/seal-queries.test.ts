import { createSecretKey, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { openText, sealText } from './seal-queries.ts';
import { openVault } from './vault.ts';

it('seals a text that looks like a sealed one, and gives it back as it was', () => {
  const vault = openVault(null, createSecretKey(randomBytes(32)));
  const text = 'sealed: true\nname: Restart\n';
  expect(sealText(vault, text)).not.toContain('Restart');
  expect(openText(vault, sealText(vault, text))).toBe(text);
});
