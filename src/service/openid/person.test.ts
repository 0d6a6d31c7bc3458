import { describe, expect, it } from 'vitest';
import { readPerson, tellsEnough } from './person.ts';

const reading = {
  issuer: 'https://id.example.org',
  nameClaim: 'preferred_username',
  groupsClaim: 'groups',
  roles: { admins: 'admin', makers: 'process-owner' },
  everybody: null,
} as const;
const ada = { sub: '1', preferred_username: 'ada', groups: ['makers'] };

describe('who somebody is by the claims of a provider', () => {
  it('finds a claim by its whole name, dots included, else along them', () => {
    const named = { ...reading, groupsClaim: 'https://example.org/groups' };
    expect(readPerson({ ...ada, 'https://example.org/groups': ['admins'] }, named).role).toBe('admin');
    const nested = { ...reading, groupsClaim: 'realm_access.roles' };
    expect(readPerson({ ...ada, realm_access: { roles: ['admins', 'other'] } }, nested).role).toBe('admin');
    expect(readPerson({ ...ada, realm_access: null }, nested).role).toBeNull();
    expect(tellsEnough({ ...ada }, nested)).toBe(false);
  });

  it('gives everybody the role that everybody has, and more to whom a group gives more', () => {
    const open = { ...reading, everybody: 'viewer' } as const;
    expect(readPerson({ ...ada, groups: [] }, open).role).toBe('viewer');
    expect(readPerson(ada, open).role).toBe('process-owner');
  });

  it.each([
    ['no subject', { ...ada, sub: '' }, /no subject/],
    ['no name', { ...ada, preferred_username: undefined }, /no name/],
    ['a name with signs that names have not', { ...ada, preferred_username: '../ada' }, /no name/],
    ['groups that are no names', { ...ada, groups: [1] }, /no list of groups/],
    [
      'groups that it says elsewhere',
      { ...ada, groups: undefined, _claim_names: { groups: 'src1' } },
      /too many groups to list/,
    ],
  ])('refuses %s', (_, claims, why) => {
    expect(() => readPerson(claims, reading)).toThrow(why);
  });

  it('takes no address for a name that nobody has verified', () => {
    const byAddress = { ...reading, nameClaim: 'email' };
    const claims = { ...ada, email: 'ada@example.org', email_verified: false };
    expect(() => readPerson(claims, byAddress)).toThrow(/nobody has verified/);
    expect(readPerson({ ...claims, email_verified: true }, byAddress).name).toBe('ada@example.org');
  });
});
