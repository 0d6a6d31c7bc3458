import type { Kysely, Selectable } from 'kysely';
import { LockstepError } from '../../failure/index.ts';
import type { AccountTable, Tables } from '../../store/index.ts';

type Account = Selectable<AccountTable>;

/** Users whose names people read as this one: letter case tells no two apart. Names are plain letters, so SQL knows their case. */
export function accountsAlike(db: Kysely<Tables>, name: string): Promise<Account[]> {
  return db
    .selectFrom('account')
    .selectAll()
    .where(({ fn, val, eb }) => eb(fn<string>('lower', ['name']), '=', fn<string>('lower', [val(name)])))
    .execute();
}

/** The user that somebody means. Of two that a database of older days holds, the one who is written so. */
export async function findAccount(db: Kysely<Tables>, name: string): Promise<Account | undefined> {
  const asWritten = await db.selectFrom('account').selectAll().where('name', '=', name).executeTakeFirst();
  if (asWritten) return asWritten;
  const alike = await accountsAlike(db, name);
  return alike.length === 1 ? alike[0] : undefined;
}

/** Throws `user-not-found`. */
export async function accountNamed(db: Kysely<Tables>, name: string): Promise<Account> {
  const account = await findAccount(db, name);
  if (account) return account;
  throw new LockstepError('user-not-found', `There is no user "${name}".`, { hint: '`user list` shows them.' });
}
