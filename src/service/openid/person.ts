import { type Role, roles } from '../../api/permission.ts';
import { LockstepError } from '../../failure/index.ts';
import type { OpenIdSettings } from '../settings/openid-settings.ts';

/** Somebody whom the provider vouches for. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
  /** What the provider calls them; a user made for them gets it. */
  readonly name: string;
  readonly groups: readonly string[];
  /** Null: no group of theirs has one. */
  readonly role: Role | null;
}

type Claims = Readonly<Record<string, unknown>>;
type Reading = Pick<OpenIdSettings, 'issuer' | 'nameClaim' | 'groupsClaim' | 'roles' | 'everybody'>;

/** Whether these claims tell a name and groups, or more must be asked for. */
export function tellsEnough(claims: Claims, { nameClaim, groupsClaim }: Reading): boolean {
  return claimOf(claims, nameClaim) !== undefined && claimOf(claims, groupsClaim) !== undefined;
}

/** Who somebody is by the claims of the provider. Throws `sign-in-refused` where they do not say it plainly. */
export function readPerson(claims: Claims, settings: Reading): Person {
  const { issuer, nameClaim } = settings;
  const { sub: subject } = claims;
  if (typeof subject !== 'string' || subject === '') throw unclear('no subject');
  const name = claimOf(claims, nameClaim);
  if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(name))
    throw unclear(`no name that a user can have in "${nameClaim}"`);
  if (nameClaim === 'email' && claims['email_verified'] === false) throw unclear('an address that nobody has verified');
  const groups = groupsOf(claims, settings);
  return { issuer, subject, name, groups, role: roleOf(groups, settings) };
}

function groupsOf(claims: Claims, { groupsClaim }: Reading): readonly string[] {
  const given = claimOf(claims, groupsClaim);
  if (typeof given === 'string') return given === '' ? [] : [given];
  if (Array.isArray(given) && given.every((one) => typeof one === 'string')) return given;
  if (given !== undefined && given !== null) throw unclear(`no list of groups in "${groupsClaim}"`);
  // some providers say elsewhere who is in many groups: that is no person without groups
  const elsewhere = claims['_claim_names'];
  if (typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, groupsClaim))
    throw unclear(`too many groups to list in "${groupsClaim}": let it send those of this client only`);
  return [];
}

function roleOf(groups: readonly string[], { roles: mapped, everybody }: Reading): Role | null {
  const given = groups.flatMap((group) => (Object.hasOwn(mapped, group) ? [mapped[group]!] : []));
  if (everybody !== null) given.push(everybody);
  return roles.findLast((role) => given.includes(role)) ?? null;
}

/** By its name as a whole, which may hold dots as addresses do; else along the dots. */
function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let current: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = (current as Claims)[part];
  }
  return current;
}

function unclear(what: string): LockstepError {
  return new LockstepError('sign-in-refused', `The provider gave ${what}.`, {
    hint: 'An administrator looks at `openid` of the configuration and at the client there.',
  });
}
