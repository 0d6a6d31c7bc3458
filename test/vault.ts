import { createSecretKey } from 'node:crypto';
import { openVault, type Vault } from '../src/store/index.ts';

/** The one key of databases that tests and measurements share between processes. */
export const testVault: Vault = openVault(
  null,
  createSecretKey(Buffer.from('00112233445566778899aabbccddeeff'.repeat(2), 'hex')),
);
