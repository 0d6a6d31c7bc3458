import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { keepPackages } from '../../host/index.ts';
import type { DataFolder } from '../../store/index.ts';

const setting = 'servers.run-key';

/**
 * What a data folder holds and every server needs: the packages of installed versions, and the key that seals secure
 * values of runs. The first server's key is everybody's.
 */
export async function shareWithOthers({ store, path }: Pick<DataFolder, 'store' | 'path'>): Promise<void> {
  if (store.dialect !== 'postgres') return;
  await shareKey({ store, path });
  await keepPackages(store, path);
}

async function shareKey({ store, path }: Pick<DataFolder, 'store' | 'path'>): Promise<void> {
  const file = join(path, 'run.key');
  const own = existsSync(file) ? readFileSync(file) : null;
  await store.db
    .insertInto('setting')
    .values({ key: setting, value: (own ?? randomBytes(32)).toString('base64') })
    .onConflict((on) => on.column('key').doNothing())
    .execute();
  const { value } = await store.db
    .selectFrom('setting')
    .select('value')
    .where('key', '=', setting)
    .executeTakeFirstOrThrow();
  const shared = Buffer.from(value, 'base64');
  if (own?.equals(shared)) return;
  if (own) {
    throw new LockstepError('secret-not-readable', `${file} is another key than the one of the other servers.`, {
      hint: 'Start this server on a data folder of its own, or take run.key away: it gets the key of the others.',
    });
  }
  mkdirSync(path, { recursive: true });
  writeFileSync(file, shared, { mode: 0o600, flag: 'wx' });
}
