import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../store/index.ts';
import { Accounts } from './accounts.ts';

let store: Store;
let accounts: Accounts;

beforeAll(async () => {
  store = await openStore(':memory:');
  accounts = new Accounts(store);
  await accounts.createUser({ name: 'Ada.Lovelace', role: 'viewer', password: 'engine of 1843' });
});
afterAll(() => store.close());

describe('names that differ by letter case alone', () => {
  it('are one user, however made', async () => {
    await expect(accounts.createUser({ name: 'ada.lovelace', role: 'admin' })).rejects.toMatchObject({
      code: 'user-exists',
      message: 'There is a user "Ada.Lovelace" already.',
      hint: 'Choose another name: letter case tells no two users apart.',
    });
    const person = { issuer: 'https://id', subject: '1', name: 'ADA.lovelace', groups: [], role: 'viewer' } as const;
    await expect(accounts.admit(person, 1)).rejects.toMatchObject({ code: 'sign-in-name-taken' });
  });

  it('sign in as that user, under the name that it was given', async () => {
    const actor = await accounts.actorOfPassword('ADA.LOVELACE', 'engine of 1843', '::1');
    expect(actor).toMatchObject({ name: 'Ada.Lovelace', role: 'viewer' });
    expect(await accounts.passwordStamp('ada.LOVELACE')).toBe(await accounts.passwordStamp('Ada.Lovelace'));
  });

  it('get the same tokens, role and end', async () => {
    const { user, secret } = await accounts.createToken({ user: 'ada.lovelace', label: 'a', scopes: null, days: 1 });
    expect(user).toBe('Ada.Lovelace');
    expect(await accounts.changeUser('ada.lovelace', { role: 'plugin-manager' })).toMatchObject({
      name: 'Ada.Lovelace',
      role: 'plugin-manager',
    });
    expect(await accounts.link('ADA.LOVELACE', { issuer: 'https://id', subject: '1' })).toMatchObject({
      name: 'Ada.Lovelace',
      elsewhere: { subject: '1' },
    });
    expect(await accounts.deleteUser('ada.lovelace')).toBe('Ada.Lovelace');
    expect(await accounts.actorOfToken(secret)).toBeNull();
  });

  it('of two users from older days mean the one that is written so, and nobody where neither is', async () => {
    const row = { role: 'viewer', password: null, disabled: 0, created_at: '', last_seen_at: null } as const;
    const nobodyElse = { issuer: null, subject: null, trusted_until: null, member_of: '[]' };
    for (const name of ['Bob', 'bob'])
      await store.db
        .insertInto('account')
        .values({ ...row, ...nobodyElse, name })
        .execute();
    expect([(await accounts.showUser('Bob')).name, (await accounts.showUser('bob')).name]).toEqual(['Bob', 'bob']);
    await expect(accounts.showUser('BOB')).rejects.toMatchObject({ code: 'user-not-found' });
    await expect(accounts.createUser({ name: 'BOB', role: 'viewer' })).rejects.toMatchObject({ code: 'user-exists' });
  });
});
