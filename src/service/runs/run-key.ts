import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';
import { type DataFolder, holdsSealed, type Store } from '../../store/index.ts';

/** Tells the key of the servers on this database from others, and gives nothing of it away. */
const checkSetting = 'servers.run-key-check';
/** Where former versions kept the key itself. */
const formerSetting = 'servers.run-key';

/**
 * The key that seals secure values of runs, as it is given to a server: LOCKSTEP_RUN_KEY holds 32 bytes in base64 or
 * hexadecimal, LOCKSTEP_RUN_KEY_FILE (or `file`) names a file with them, as bytes or as text. Null: the data folder has
 * its own. Throws `config-not-valid`.
 */
export async function readRunKey(
  env: Readonly<Record<string, string | undefined>>,
  file: string | undefined,
): Promise<KeyObject | null> {
  const said = env['LOCKSTEP_RUN_KEY'];
  if (said) return createSecretKey(decode(Buffer.from(said), 'LOCKSTEP_RUN_KEY'));
  const path = runKeyFile(env, file);
  if (path === null) return null;
  const bytes = await readFile(path).catch((cause) => {
    throw new LockstepError('config-not-valid', `The key of runs ${path} cannot be read.`, {
      hint: 'Check the path (LOCKSTEP_RUN_KEY_FILE, runs.keyFile) and who may read it.',
      cause,
    });
  });
  return createSecretKey(decode(bytes, path));
}

/** Where the key is read, unless it is given itself or is the data folder's own. */
export function runKeyFile(env: Readonly<Record<string, string | undefined>>, file: string | undefined): string | null {
  if (env['LOCKSTEP_RUN_KEY']) return null;
  return env['LOCKSTEP_RUN_KEY_FILE'] || file || null;
}

function decode(bytes: Buffer, from: string): Buffer {
  if (bytes.length === 32) return bytes;
  const text = bytes.toString('latin1').trim();
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  // base64 passes by what it does not know: only what is written back the same was one
  if (key.length === 32 && (/^[0-9a-f]{64}$/i.test(text) || key.toString('base64') === text)) return key;
  throw new LockstepError('config-not-valid', `${from} is no key of runs.`, {
    hint: 'Give 32 random bytes: `openssl rand -base64 32` makes them.',
  });
}

/**
 * Sees to it that all servers on one database seal with one key, which is not in the database: the first server's is
 * noted there as a check, and whoever comes with another one, or with none, is refused. A folder without a database of
 * several servers has its key made when something is sealed for the first time, and never a second time.
 * Returns what a person should know.
 */
export async function agreeOnRunKey(
  { store, path }: Pick<DataFolder, 'store' | 'path'>,
  given: KeyObject | null,
): Promise<readonly string[]> {
  const file = join(path, 'run.key');
  const own = existsSync(file) ? readFileSync(file) : null;
  if (given && own && !own.equals(given.export())) throw otherKeys(file);
  const mine = given?.export() ?? own;
  const noted = await readSetting(store, checkSetting);
  const former = await readSetting(store, formerSetting);
  if (former !== null && (noted === null || checkOf(Buffer.from(former, 'base64')) === noted)) {
    return takeOver({ store, file }, mine, Buffer.from(former, 'base64'), given !== null);
  }
  if (!store.shared) {
    // a new key would seal beside what nobody can open any more
    if (mine === null && (noted !== null || (await holdsSealed(store)))) throw keyLost(file);
    if (mine === null) return [];
  }
  if (mine === null && noted !== null) throw keyMissing();
  const made = mine === null ? makeKey(file) : null;
  if ((await note(store, checkOf(mine ?? made!))) || mine !== null) {
    if ((await readSetting(store, checkSetting)) === checkOf(mine ?? made!)) return [];
    throw otherThanTheirs();
  }
  // another server was first, in between
  rmSync(file);
  throw keyMissing();
}

/** A database that holds the key of a former version: it is used, and leaves once it is given from outside. */
async function takeOver(
  { store, file }: { readonly store: Store; readonly file: string },
  mine: Buffer | null,
  former: Buffer,
  isGiven: boolean,
): Promise<readonly string[]> {
  if (mine && !mine.equals(former)) throw otherThanTheirs();
  await note(store, checkOf(former));
  if (!isGiven) {
    if (!mine) writeKey(file, former);
    return [
      'The key of runs lies in the database, beside what it seals. Give it to every server as LOCKSTEP_RUN_KEY (`base64 run.key` in the data folder prints it): then it leaves the database.',
    ];
  }
  await store.db.deleteFrom('setting').where('key', '=', formerSetting).execute();
  return [];
}

async function readSetting(store: Store, key: string): Promise<string | null> {
  const row = await store.db.selectFrom('setting').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value ?? null;
}

/** True where nobody had noted one before. */
async function note(store: Store, check: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await store.db
    .insertInto('setting')
    .values({ key: checkSetting, value: check })
    .onConflict((on) => on.column('key').doNothing())
    .executeTakeFirstOrThrow();
  return Number(numInsertedOrUpdatedRows) === 1;
}

function checkOf(key: Buffer): string {
  return createHmac('sha256', key).update('lockstep run key').digest('base64');
}

function makeKey(file: string): Buffer {
  const key = system.random.bytes(32);
  writeKey(file, key);
  return key;
}

function writeKey(file: string, key: Buffer): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, key, { mode: 0o600, flag: 'wx' });
}

const giveTheirs =
  'Give every server the same key: LOCKSTEP_RUN_KEY, LOCKSTEP_RUN_KEY_FILE, or run.key of another server in the data folder.';

function keyMissing(): LockstepError {
  return new LockstepError('secret-not-readable', 'This server has no key of runs; the others on its database do.', {
    hint: giveTheirs,
  });
}

function keyLost(file: string): LockstepError {
  return new LockstepError('secret-not-readable', `The key that sealed these data, ${file}, is missing.`, {
    hint: 'Restore it from a backup, or give its content (`base64 run.key`) as LOCKSTEP_RUN_KEY.',
  });
}

function otherThanTheirs(): LockstepError {
  const message = 'This server’s key of runs is another one than that of the others on its database.';
  return new LockstepError('secret-not-readable', message, { hint: giveTheirs });
}

function otherKeys(file: string): LockstepError {
  return new LockstepError('secret-not-readable', `${file} is another key than the one that is given.`, {
    hint: `What was sealed before needs that one: give it (\`base64 ${file}\`), or put the file away.`,
  });
}
