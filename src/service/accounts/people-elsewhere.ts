import type { Kysely } from 'kysely';
import type { Role } from '../../api/permission.ts';
import { LockstepError } from '../../failure/index.ts';
import type { Store, Tables } from '../../store/index.ts';
import { accountNamed, accountsAlike } from './find-account.ts';
import { keepAnAdmin } from './keep-an-admin.ts';

/** Somebody whom a provider of sign-ins vouches for. */
export interface Vouched {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly groups: readonly string[];
  readonly role: Role | null;
}

/** What is kept of a user's sign-in elsewhere while they have none. */
const nowhere = { issuer: null, subject: null, member_of: '[]', trusted_until: null } as const;

/**
 * The user of somebody who signed in elsewhere, with the role of today; made at the first sign-in. Known is who has the same
 * subject at the same provider, never who has the same name. Throws `sign-in-no-role`, and lets what they had open rest;
 * `sign-in-name-taken`; `sign-in-refused` for a disabled user.
 */
export async function admitPerson(
  store: Store,
  person: Vouched,
  { now, trustedUntil }: { readonly now: string; readonly trustedUntil: string },
): Promise<{ readonly name: string; readonly role: Role; readonly made: boolean }> {
  const outcome = await store.transaction(async ({ db }) => {
    const known = await findPerson(db, person);
    if (known && person.role === null) await rest(db, known.name);
    if (person.role === null) return 'no-role';
    if (known?.disabled) return 'disabled';
    const fresh = { role: person.role, member_of: JSON.stringify(person.groups), trusted_until: trustedUntil };
    if (known) {
      await db.updateTable('account').set(fresh).where('name', '=', known.name).execute();
      return { name: known.name, role: person.role, made: false };
    }
    if ((await accountsAlike(db, person.name)).length > 0) return 'name-taken';
    const { issuer, subject, name } = person;
    const { numInsertedOrUpdatedRows: added = 0n } = await db
      .insertInto('account')
      .values({ ...fresh, issuer, subject, name, password: null, disabled: 0, created_at: now, last_seen_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    // the same person in two windows, or two of one name at once
    if (added === 0n && !(await findPerson(db, person))) return 'name-taken';
    return { name, role: person.role, made: added > 0n };
  });
  if (typeof outcome === 'object') return outcome;
  throw refusal(outcome, person);
}

function refusal(why: 'no-role' | 'disabled' | 'name-taken', { name, subject }: Vouched): LockstepError {
  if (why === 'no-role')
    return new LockstepError('sign-in-no-role', `None of the groups of ${name} has a role here.`, {
      hint: 'Ask an administrator: groups get roles by `openid.roles`.',
    });
  if (why === 'disabled')
    return new LockstepError('sign-in-refused', `${name} is disabled here.`, { hint: 'Ask an administrator.' });
  return new LockstepError('sign-in-name-taken', `Another user is called ${name} here.`, {
    hint: `If that is the same person, an admin links them: lockstep user link ${name} ${subject}`,
  });
}

/**
 * Lets a user sign in at the provider from now on, and nowhere else; `elsewhere` null: here again, by tokens until there is a
 * password. Their sessions end, and tokens rest until the first sign-in there.
 */
export async function linkPerson(
  store: Store,
  name: string,
  elsewhere: Pick<Vouched, 'issuer' | 'subject'> | null,
): Promise<void> {
  await store.transaction(async ({ db }) => {
    const account = await accountNamed(db, name);
    if (elsewhere !== null) {
      await keepAnAdmin(db, account);
      const other = await findPerson(db, elsewhere);
      if (other && other.name !== account.name)
        throw new LockstepError('user-exists', `${other.name} is that person already.`, {
          hint: `Remove ${other.name} or unlink it first.`,
        });
    }
    await db
      .updateTable('account')
      .set({ ...nowhere, ...elsewhere, ...(elsewhere && { password: null }) })
      .where('name', '=', account.name)
      .execute();
    await db.deleteFrom('page_session').where('account', '=', account.name).execute();
  });
}

function findPerson(db: Kysely<Tables>, { issuer, subject }: Pick<Vouched, 'issuer' | 'subject'>) {
  return db
    .selectFrom('account')
    .select(['name', 'disabled'])
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst();
}

/** Sessions end, and tokens count no more until a sign-in that is admitted. */
async function rest(db: Kysely<Tables>, name: string): Promise<void> {
  await db.updateTable('account').set({ trusted_until: null, member_of: '[]' }).where('name', '=', name).execute();
  await db.deleteFrom('page_session').where('account', '=', name).execute();
}
