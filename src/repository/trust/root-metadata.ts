import { type Key, Metadata, MetadataKind, Root } from '@tufjs/models';
import { LockstepError } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';
import { channelsFolder } from '../channel-files.ts';
import type { RepositoryStorage } from '../storage.ts';
import { createKey, readKeys, retireKey, type SigningKey } from './signing-keys.ts';
import { roles, type TrustRole } from './trust-roles.ts';

/** Where the repository keeps its root; each channel carries a copy. */
export const rootFolder = `${channelsFolder}metadata/`;

const days = 24 * 60 * 60 * 1000;
export const lifetimes = { root: 365 * days, targets: 365 * days, snapshot: 30 * days, timestamp: 7 * days } as const;

export interface TrustOptions {
  readonly keys: string;
  readonly now?: () => Date;
}

export interface RoleSize {
  /** How many keys there are, and how many of them must sign. */
  readonly keys: number;
  readonly threshold: number;
}

/** Makes keys and the first root of a repository. Throws `signing-keys` if it has one already. */
export async function initTrust(
  storage: RepositoryStorage,
  options: TrustOptions & { readonly sizes?: Partial<Record<TrustRole, RoleSize>> },
): Promise<{ root: Metadata<Root>; keys: SigningKey[] }> {
  if (await readRoot(storage)) {
    throw new LockstepError('signing-keys', `${storage.address} is signed already.`, {
      hint: 'Use "repository keys rotate" to change its keys.',
    });
  }
  const keys: SigningKey[] = [];
  const thresholds: Partial<Record<TrustRole, number>> = {};
  for (const role of roles) {
    const { keys: count, threshold } = options.sizes?.[role] ?? { keys: 1, threshold: 1 };
    if (threshold < 1 || threshold > count) {
      throw new LockstepError('usage', `${role}: ${threshold} of ${count} keys can never sign.`, {
        hint: 'Make the threshold at least 1 and at most the number of keys.',
      });
    }
    thresholds[role] = threshold;
  }
  for (const role of roles) {
    for (let at = 0; at < (options.sizes?.[role]?.keys ?? 1); at++) keys.push(await createKey(options.keys, role));
  }
  const signed = composeRoot(1, after(options, lifetimes.root), (role) => ({
    keys: keys.filter((key) => key.role === role).map(({ key }) => key),
    threshold: thresholds[role]!,
  }));
  const root = new Metadata(signed);
  signWith(root, keys, 'root', signed);
  await writeRoot(storage, root);
  return { root, keys };
}

/**
 * Gives a role new keys: the next root is signed by the old root keys and the new ones, so that clients follow by
 * themselves. Old keys are put out of use.
 */
export async function rotateKeys(
  storage: RepositoryStorage,
  options: TrustOptions & { readonly role: TrustRole },
): Promise<Metadata<Root>> {
  const before = await readRoot(storage);
  if (!before) throw notSigned(storage);
  const held = await readKeys(options.keys);
  const { keyIDs: leaving } = before.signed.roles[options.role]!;
  const made: SigningKey[] = [];
  for (let at = 0; at < leaving.length; at++) made.push(await createKey(options.keys, options.role));
  const raised = composeRoot(before.signed.version + 1, after(options, lifetimes.root), (role) => ({
    keys:
      role === options.role
        ? made.map(({ key }) => key)
        : before.signed.roles[role]!.keyIDs.map((id) => before.signed.keys[id]!),
    threshold: before.signed.roles[role]!.threshold,
  }));
  const root = new Metadata(raised);
  signWith(root, held, 'root', before.signed);
  signWith(root, [...held, ...made], 'root', raised);
  await writeRoot(storage, root);
  for (const old of held.filter(({ key }) => leaving.includes(key.keyID))) await retireKey(options.keys, old);
  return root;
}

function composeRoot(
  version: number,
  expires: string,
  roleOf: (role: TrustRole) => { readonly keys: readonly Key[]; readonly threshold: number },
): Root {
  const described = roles.map((role) => [role, roleOf(role)] as const);
  return Root.fromJSON({
    _type: 'root',
    spec_version: '1.0.0',
    version,
    expires,
    consistent_snapshot: true,
    keys: Object.fromEntries(described.flatMap(([, { keys }]) => keys.map((key) => [key.keyID, key.toJSON()]))),
    roles: Object.fromEntries(
      described.map(([role, { keys, threshold }]) => [role, { keyids: keys.map(({ keyID }) => keyID), threshold }]),
    ),
  } as never);
}

/** The repository's newest root; null if it is not signed. */
export async function readRoot(storage: RepositoryStorage): Promise<Metadata<Root> | null> {
  const content = await storage.read(`${rootFolder}root.json`);
  if (!content) return null;
  const json = JSON.parse(new TextDecoder().decode(content.bytes));
  return Metadata.fromJSON(MetadataKind.Root, json) as Metadata<Root>;
}

/** Signs with as many keys of the role as the root names. Throws `signing-keys` below the threshold. */
export function signWith(
  metadata: Metadata<never> | Metadata<Root>,
  held: readonly SigningKey[],
  role: TrustRole,
  root: Root,
): void {
  const { keyIDs, threshold } = root.roles[role]!;
  const able = held.filter(({ key }) => keyIDs.includes(key.keyID));
  if (able.length < threshold) {
    throw new LockstepError(
      'signing-keys',
      `${able.length} of the ${threshold} "${role}" keys that must sign are here.`,
      {
        hint: 'Give the folder with the keys of this repository (--keys, LOCKSTEP_KEYS).',
      },
    );
  }
  for (const key of able) (metadata as Metadata<Root>).sign((bytes) => key.sign(bytes), true);
}

export function after({ now = system.clock.now }: Pick<TrustOptions, 'now'>, lifetime: number): string {
  // TUF knows whole seconds
  return new Date(now().getTime() + lifetime).toISOString().replace(/\.\d+Z$/, 'Z');
}

export function encodeMetadata(metadata: { toJSON(): unknown }): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(metadata.toJSON()));
}

/**
 * The newest root first, in one step, if it is still the one that this was made from; then the copy under its number,
 * which nothing else may be: of two who rotate at once one is refused, and has written nothing.
 */
async function writeRoot(storage: RepositoryStorage, root: Metadata<Root>): Promise<void> {
  const bytes = encodeMetadata(root);
  const before = await storage.read(`${rootFolder}root.json`);
  const numbered = (content: Uint8Array): string => `${rootFolder}${rootVersion(content)}.root.json`;
  if ((before ? rootVersion(before.bytes) : 0) !== root.signed.version - 1) {
    throw new LockstepError('channel-busy', `${storage.address} has other keys than those that were read.`, {
      hint: 'Somebody rotated them in the meantime. Run the command again.',
    });
  }
  // a killed writer may have left the former one without its copy
  if (before) await lay(storage, numbered(before.bytes), before.bytes);
  await storage.replace(`${rootFolder}root.json`, bytes, before?.version ?? null);
  await lay(storage, numbered(bytes), bytes);
}

async function lay(storage: RepositoryStorage, path: string, bytes: Uint8Array): Promise<void> {
  if (await storage.writeIfAbsent(path, bytes)) return;
  const there = await storage.read(path);
  if (there && Buffer.compare(there.bytes, bytes) !== 0) await storage.replace(path, bytes, there.version);
}

function rootVersion(bytes: Uint8Array): number {
  return JSON.parse(new TextDecoder().decode(bytes)).signed.version;
}

function notSigned(storage: RepositoryStorage): LockstepError {
  return new LockstepError('signing-keys', `${storage.address} is not signed.`, {
    hint: 'Run "repository keys init" first.',
  });
}
