import type { Kysely, Selectable } from 'kysely';
import { LockstepError } from '../../failure/index.ts';
import type { AccountTable, Tables } from '../../store/index.ts';

/** Somebody must be left who manages users, and needs nobody else's server to sign in. Throws `last-admin`. */
export async function keepAnAdmin(db: Kysely<Tables>, account: Selectable<AccountTable>): Promise<void> {
  if (account.role !== 'admin' || account.disabled || account.issuer !== null) return;
  const others = await db
    .selectFrom('account')
    .select('name')
    .where('role', '=', 'admin')
    .where('disabled', '=', 0)
    .where('issuer', 'is', null)
    .where('name', '<>', account.name)
    .executeTakeFirst();
  if (!others) {
    throw new LockstepError('last-admin', `${account.name} is the last admin.`, {
      hint: 'Make somebody else admin first, who signs in here.',
    });
  }
}
