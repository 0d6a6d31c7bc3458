import type { Kysely, Selectable } from 'kysely';
import type { Permission, Role } from '../../api/permission.ts';
import type { Token } from '../../api/tokens.ts';
import type { User } from '../../api/users.ts';
import { LockstepError } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';
import type { AccountTable, Store, Tables } from '../../store/index.ts';
import { parseAgent, parseScopes, showToken, showUser } from './account-views.ts';
import type { Actor, AgentBinding } from './actor.ts';
import { accountNamed, accountsAlike, findAccount } from './find-account.ts';
import { Grants } from './grants.ts';
import { keepAnAdmin } from './keep-an-admin.ts';
import { hashPassword, passwordMatches, unmatched } from './password.ts';
import { PasswordBrake } from './password-brake.ts';
import { admitPerson, linkPerson, type Vouched } from './people-elsewhere.ts';
import { digestSecret, makeId, makeSecret } from './secret.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** Of a session of somebody who signed in here. */
const sessionHours = 14 * 24;
/** How exactly "last seen" is kept: a write for every request would be too dear. */
const seenEvery = 60_000;
/** How long a token that was found is known without asking the database again. */
const knownFor = 1_000;

/**
 * Users, tokens and sessions in the store. Of a secret only its digest is kept; it is given out once, when it is made.
 * A change of role, of password or a disabled user takes effect with the next request; on other servers of the same
 * database within a second.
 */
export class Accounts {
  /** Roles for the processes of some owners. */
  readonly grants: Grants;
  readonly #brake = new PasswordBrake();
  readonly #store: Store;
  readonly #now: () => number;
  readonly #seen = new Map<string, number>();
  /** By digest. */
  readonly #lent = new Map<string, Actor>();
  readonly #known = new Map<string, { readonly actor: Actor; readonly until: number }>();

  constructor(store: Store, now: () => number = () => system.clock.now().getTime()) {
    this.#store = store;
    this.#now = now;
    this.grants = new Grants(store, now);
  }

  get #db(): Kysely<Tables> {
    return this.#store.db;
  }

  async listUsers(): Promise<User[]> {
    return (await this.#db.selectFrom('account').selectAll().orderBy('name').execute()).map(showUser);
  }

  async showUser(name: string): Promise<User> {
    return showUser(await accountNamed(this.#db, name));
  }

  async createUser(user: { name: string; role: Role; password?: string | undefined }): Promise<User> {
    const password = user.password === undefined ? null : await hashPassword(user.password);
    const [alike] = await accountsAlike(this.#db, user.name);
    if (alike || !(await this.#addUser(user.name, user.role, password))) {
      const taken = alike?.name ?? user.name;
      throw new LockstepError('user-exists', `There is a user "${taken}" already.`, {
        hint: `Choose another name${taken === user.name ? '' : ': letter case tells no two users apart'}.`,
      });
    }
    return this.showUser(user.name);
  }

  async changeUser(
    name: string,
    change: { role?: Role | undefined; password?: string | undefined; disabled?: boolean | undefined },
  ): Promise<User> {
    const password = change.password === undefined ? undefined : await hashPassword(change.password);
    await this.#store.transaction(async ({ db }) => {
      const account = await accountNamed(db, name);
      refuseElsewhere(account, change);
      const demoted = (change.role ?? account.role) !== 'admin' || (change.disabled ?? account.disabled === 1);
      if (demoted) await keepAnAdmin(db, account);
      await db
        .updateTable('account')
        .set({
          role: change.role ?? account.role,
          disabled: Number(change.disabled ?? account.disabled === 1),
          password: password ?? account.password,
        })
        .where('name', '=', account.name)
        .execute();
      if (password !== undefined || change.disabled) {
        await db.deleteFrom('page_session').where('account', '=', account.name).execute();
      }
    });
    this.#known.clear();
    return this.showUser(name);
  }

  /** The user of somebody who signed in at a provider; see `admitPerson`. */
  async admit(person: Vouched, tokenDays: number): Promise<{ readonly user: User; readonly made: boolean }> {
    try {
      const times = { now: this.#time(), trustedUntil: this.#time(tokenDays * day) };
      const { name, made } = await admitPerson(this.#store, person, times);
      return { user: await this.showUser(name), made };
    } finally {
      this.#known.clear();
    }
  }

  /** Who a user is at a provider, from now on; null: nobody there. */
  async link(name: string, elsewhere: Pick<Vouched, 'issuer' | 'subject'> | null): Promise<User> {
    await linkPerson(this.#store, name, elsewhere);
    this.#known.clear();
    return this.showUser(name);
  }

  /** Ends whatever fails too often from one address, before it costs anything. */
  slowDown<T>(from: string, attempt: () => Promise<T>): Promise<T> {
    return this.#brake.attempt(from, attempt);
  }

  /** The answer is the name that they had. */
  async deleteUser(name: string): Promise<string> {
    const gone = await this.#store.transaction(async ({ db }) => {
      const account = await accountNamed(db, name);
      await keepAnAdmin(db, account);
      await db.deleteFrom('account').where('name', '=', account.name).execute();
      return account.name;
    });
    await this.grants.forget(gone);
    this.#known.clear();
    return gone;
  }

  async changeOwnPassword(name: string, current: string, next: string, from: string): Promise<void> {
    const account = await accountNamed(this.#db, name);
    const matches = async () => (await passwordMatches(current, account.password!)) || null;
    if (account.password !== null && !(await this.#brake.check({ user: name, from }, matches))) {
      throw new LockstepError('not-allowed', 'The current password is another one.', { hint: 'Type it again.' });
    }
    await this.changeUser(name, { password: next });
  }

  /** What somebody may do has changed: the next request finds out. */
  forgetKnown(): void {
    this.#known.clear();
  }

  async isElsewhere(name: string): Promise<boolean> {
    const account = await findAccount(this.#db, name);
    return account !== undefined && account.issuer !== null;
  }

  async listTokens(user: string | null): Promise<Token[]> {
    let query = this.#db.selectFrom('access_token').selectAll().orderBy('created_at', 'desc');
    if (user !== null) query = query.where('account', '=', user);
    return (await query.execute()).map(showToken);
  }

  /** A token for a part of this server itself: kept nowhere, and gone with this process. */
  lend(actor: Actor): string {
    const secret = makeSecret();
    this.#lent.set(digestSecret(secret), actor);
    return secret;
  }

  /** The only time that the secret is seen. `days` null: no end. */
  async createToken(token: {
    user: string;
    label: string;
    scopes: readonly Permission[] | null;
    days: number | null;
    agent?: AgentBinding | null;
  }): Promise<Token & { readonly secret: string }> {
    const { name } = await accountNamed(this.#db, token.user);
    const secret = makeSecret();
    const row = {
      id: makeId(),
      account: name,
      label: token.label,
      scopes: token.scopes && JSON.stringify(token.scopes),
      digest: digestSecret(secret),
      created_at: this.#time(),
      expires_at: token.days === null ? null : this.#time(token.days * day),
      last_used_at: null,
      agent: token.agent ? JSON.stringify(token.agent) : null,
    };
    await this.#db.insertInto('access_token').values(row).execute();
    return { ...showToken(row), secret };
  }

  /** `owner` null: whoever's it is. */
  async revokeToken(id: string, owner: string | null): Promise<Token> {
    let query = this.#db.deleteFrom('access_token').where('id', '=', id).returningAll();
    if (owner !== null) query = query.where('account', '=', owner);
    const row = await query.executeTakeFirst();
    this.#known.clear();
    if (!row)
      throw new LockstepError('token-not-found', 'There is no such token.', { hint: '`token list` shows them.' });
    return showToken(row);
  }

  /** Who holds this token; null when it is unknown, expired or its user is disabled. */
  async actorOfToken(secret: string): Promise<Actor | null> {
    const digest = digestSecret(secret);
    const lent = this.#lent.get(digest);
    if (lent) return lent;
    const known = this.#known.get(digest);
    if (known && this.#now() < known.until) return known.actor;
    const row = await this.#db
      .selectFrom('access_token')
      .innerJoin('account', 'account.name', 'access_token.account')
      .select(['id', 'name', 'role', 'scopes', 'expires_at', 'agent', 'issuer', 'trusted_until', 'member_of'])
      .where('digest', '=', digest)
      .where('disabled', '=', 0)
      .executeTakeFirst();
    if (!row || this.#isPast(row.expires_at)) return null;
    // whoever left is seen where people sign in, and nowhere else
    if (row.issuer !== null && (row.trusted_until === null || this.#isPast(row.trusted_until))) return null;
    await this.#noteSeen(row.name, row.id);
    const actor: Actor = {
      name: row.name,
      role: row.role,
      via: 'token',
      scopes: parseScopes(row.scopes),
      grants: await this.grants.of(row.name, JSON.parse(row.member_of)),
      agent: parseAgent(row.agent),
    };
    const expires = row.expires_at === null ? Number.POSITIVE_INFINITY : Date.parse(row.expires_at);
    if (this.#known.size > 1000) this.#known.clear();
    this.#known.set(digest, { actor, until: Math.min(this.#now() + knownFor, expires) });
    return actor;
  }

  /** `from`: the address of whoever asks. Throws `too-many-requests` where somebody guesses. */
  actorOfPassword(name: string, password: string, from: string): Promise<Actor | null> {
    return this.#brake.check({ user: name, from }, () => this.#checkPassword(name, password));
  }

  /** Asked with each request that brings a password again, so that another password ends it at once. */
  async passwordStamp(name: string): Promise<string | null> {
    const row = await findAccount(this.#db, name);
    if (!row?.password || row.disabled) return null;
    const grants = await this.grants.of(row.name, JSON.parse(row.member_of));
    return `${row.role} ${JSON.stringify(grants)} ${row.password}`;
  }

  async #checkPassword(name: string, password: string): Promise<Actor | null> {
    const account = await findAccount(this.#db, name);
    // an unknown name costs as much time as a wrong password
    const kept = account?.password ?? unmatched();
    const matches = await passwordMatches(password, kept);
    if (!account?.password || !matches || account.disabled) return null;
    await this.#noteSeen(account.name, null);
    const grants = await this.grants.of(account.name, JSON.parse(account.member_of));
    return { name: account.name, role: account.role, via: 'password', scopes: null, grants };
  }

  /** Starts a session of the page; the answer is the cookie's value. */
  async startSession(user: string, hours = sessionHours): Promise<string> {
    const secret = makeSecret();
    await this.#db.deleteFrom('page_session').where('expires_at', '<', this.#time()).execute();
    await this.#db
      .insertInto('page_session')
      .values({
        digest: digestSecret(secret),
        account: user,
        created_at: this.#time(),
        expires_at: this.#time(hours * hour),
      })
      .execute();
    return secret;
  }

  async actorOfSession(secret: string): Promise<Actor | null> {
    const row = await this.#db
      .selectFrom('page_session')
      .innerJoin('account', 'account.name', 'page_session.account')
      .select(['name', 'role', 'expires_at', 'member_of'])
      .where('digest', '=', digestSecret(secret))
      .where('disabled', '=', 0)
      .executeTakeFirst();
    if (!row || this.#isPast(row.expires_at)) return null;
    await this.#noteSeen(row.name, null);
    const grants = await this.grants.of(row.name, JSON.parse(row.member_of));
    return { name: row.name, role: row.role, via: 'page', scopes: null, grants };
  }

  async endSession(secret: string): Promise<void> {
    await this.#db.deleteFrom('page_session').where('digest', '=', digestSecret(secret)).execute();
  }

  /** False where the name is taken, also by somebody who takes it at this very moment. */
  async #addUser(name: string, role: Role, password: string | null): Promise<boolean> {
    const { numInsertedOrUpdatedRows: added = 0n } = await this.#db
      .insertInto('account')
      .values({ name, role, password, disabled: 0, created_at: this.#time(), last_seen_at: null, ...local })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirst();
    return added > 0n;
  }

  /** Makes the user `admin` with one token on a server that has no user yet; null where it has. */
  async setUp(): Promise<{ readonly user: string; readonly secret: string } | null> {
    const first = await this.#db.selectFrom('account').select('name').limit(1).executeTakeFirst();
    if (first) return null;
    // of several servers that start at once one makes it
    if (!(await this.#addUser('admin', 'admin', null))) return null;
    const token = await this.createToken({ user: 'admin', label: 'first run', scopes: null, days: 90 });
    return { user: 'admin', secret: token.secret };
  }

  async #noteSeen(name: string, token: string | null): Promise<void> {
    const key = token ?? `user ${name}`;
    if (this.#now() - (this.#seen.get(key) ?? 0) < seenEvery) return;
    this.#seen.set(key, this.#now());
    try {
      await this.#db.updateTable('account').set({ last_seen_at: this.#time() }).where('name', '=', name).execute();
      if (token === null) return;
      await this.#db.updateTable('access_token').set({ last_used_at: this.#time() }).where('id', '=', token).execute();
    } catch (error) {
      // a full or busy disk takes no note of it; whoever only looks may look
      if (!(error instanceof LockstepError)) throw error;
    }
  }

  #time(later = 0): string {
    return new Date(this.#now() + later).toISOString();
  }

  #isPast(time: string | null): boolean {
    return time !== null && Date.parse(time) <= this.#now();
  }
}

const local = { issuer: null, subject: null, trusted_until: null } as const;

/** Role and password of somebody who signs in elsewhere are said there. */
function refuseElsewhere(
  { name, issuer }: Selectable<AccountTable>,
  { role, password }: { readonly role?: Role | undefined; readonly password?: string | undefined },
): void {
  if (issuer === null || (role === undefined && password === undefined)) return;
  throw new LockstepError('not-allowed', `${name} signs in at ${issuer}: role and password are said there.`, {
    hint: `Change the groups there, or \`lockstep user unlink ${name}\` first.`,
  });
}
