import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Key, Signature } from '@tufjs/models';
import { LockstepError } from '../../failure/index.ts';
import { sha256 } from '../../package/index.ts';
import { formatCanonicalJson } from '../canonical-json.ts';
import { roles, type TrustRole } from './trust-roles.ts';

export interface SigningKey {
  readonly role: TrustRole;
  readonly file: string;
  /** The public half, as metadata carries it. */
  readonly key: Key;
  sign(bytes: Buffer): Signature;
}

/** Makes an ed25519 key in a new file, `<role>-<n>.pem`, readable by its owner alone. */
export async function createKey(folder: string, role: TrustRole): Promise<SigningKey> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await mkdir(join(folder, 'retired'), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const taken = new Set([...(await readdir(folder)), ...(await readdir(join(folder, 'retired')))]);
  let number = 1;
  while (taken.has(`${role}-${number}.pem`)) number++;
  const file = join(folder, `${role}-${number}.pem`);
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  await chmod(file, 0o600);
  return signingKey(role, file, privateKey);
}

/** Every key of a folder. Throws `signing-keys` if one may be read by others or is no key. */
export async function readKeys(folder: string): Promise<SigningKey[]> {
  const names = await readdir(folder).catch((cause) => {
    throw new LockstepError('signing-keys', `The folder of keys ${folder} cannot be read.`, {
      hint: 'Name it with --keys, in lockstep.config.json ("keys") or in LOCKSTEP_KEYS.',
      cause,
    });
  });
  const keys: SigningKey[] = [];
  for (const name of names.sort()) {
    const role = roles.find((candidate) => new RegExp(`^${candidate}-\\d+\\.pem$`).test(name));
    if (!role) continue;
    const file = join(folder, name);
    if (((await stat(file)).mode & 0o077) !== 0) {
      throw new LockstepError('signing-keys', `Others may read the key ${file}.`, { hint: `Run: chmod 600 ${file}` });
    }
    keys.push(signingKey(role, file, await readKey(file)));
  }
  return keys;
}

/** Puts a key out of use; it stays in the folder `retired`. */
export async function retireKey(folder: string, { file }: SigningKey): Promise<void> {
  await rename(file, join(folder, 'retired', file.slice(folder.length + 1)));
}

async function readKey(file: string): Promise<KeyObject> {
  try {
    return createPrivateKey(await readFile(file));
  } catch (cause) {
    throw new LockstepError('signing-keys', `${file} is not a private key.`, {
      hint: 'Put it back from a copy.',
      cause,
    });
  }
}

function signingKey(role: TrustRole, file: string, privateKey: KeyObject): SigningKey {
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  // the last 32 bytes of the DER form are the key itself
  const described = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: der.subarray(-32).toString('hex') } };
  const keyID = sha256(formatCanonicalJson(described));
  const key = new Key({ keyID, keyType: described.keytype, scheme: described.scheme, keyVal: described.keyval });
  return {
    role,
    file,
    key,
    sign: (bytes) => new Signature({ keyID, sig: sign(null, bytes, privateKey).toString('hex') }),
  };
}
