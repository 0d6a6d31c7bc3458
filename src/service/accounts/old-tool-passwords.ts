import { createHash } from 'node:crypto';
import type { Store } from '../../store/index.ts';
import type { Actor } from './actor.ts';

/** Part of what is hashed: as the old server called itself. */
export const oldToolRealm = 'provd server';

const keyOf = (user: string): string => `old-tool-password.${user}`;

/**
 * Passwords for the oldest tools, which speak HTTP Digest and nothing else. Digest needs more of a password than a slow
 * hash tells, so it is another password than the page's, kept only for users who were given one, and good for the old API alone.
 */
export class OldToolPasswords {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Null takes it away. */
  async set(user: string, password: string | null): Promise<void> {
    const { db } = this.#store;
    if (password === null) {
      await db.deleteFrom('setting').where('key', '=', keyOf(user)).execute();
      return;
    }
    const value = createHash('md5').update(`${user}:${oldToolRealm}:${password}`).digest('hex');
    await db
      .insertInto('setting')
      .values({ key: keyOf(user), value })
      .onConflict((on) => on.column('key').doUpdateSet({ value }))
      .execute();
  }

  /** Whether anybody has one: only then a server offers Digest. */
  async any(): Promise<boolean> {
    const { db } = this.#store;
    const row = await db
      .selectFrom('setting')
      .select('key')
      .where('key', 'like', keyOf('%'))
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** What a response is computed with, and who that is; null for nobody. */
  async find(user: string): Promise<{ readonly hash: string; readonly actor: Actor } | null> {
    const { db } = this.#store;
    const account = await db.selectFrom('account').selectAll().where('name', '=', user).executeTakeFirst();
    const row = await db.selectFrom('setting').select('value').where('key', '=', keyOf(user)).executeTakeFirst();
    if (!account || account.disabled || account.issuer !== null || !row) return null;
    return { hash: row.value, actor: { name: user, role: account.role, via: 'password', scopes: null, grants: [] } };
  }
}
