import { type Permission, permissions, permissionTable, type Role, roleHas } from '../../api/permission.ts';
import { LockstepError } from '../../failure/index.ts';
import { covers, type Grant, isOfProcesses } from './grant.ts';

/** The one agent that a token is for. */
export interface AgentBinding {
  readonly name: string;
  /** Labels that it may have. */
  readonly labels: readonly string[];
}

/** Whoever sends a request, once it is known. */
export interface Actor {
  readonly name: string;
  readonly role: Role;
  readonly via: 'page' | 'token' | 'password';
  /** Permissions that a token is limited to, or null. */
  readonly scopes: readonly Permission[] | null;
  /** Roles for the processes of some owners, beside the role. */
  readonly grants: readonly Grant[];
  /** Of a token that an agent works with. */
  readonly agent?: AgentBinding | null;
}

/** What this actor may do, somewhere at least: by the role or for some owners, within the token's scopes. */
export function permissionsOf(actor: Actor): Permission[] {
  return permissions.filter((permission) => mayForSome(actor, permission));
}

export function may(actor: Actor, permission: Permission): boolean {
  return roleHas(actor.role, permission) && (actor.scopes === null || actor.scopes.includes(permission));
}

/** The one answer to whether somebody may do this with the processes of an owner; null: with those that have none. */
export function mayFor(actor: Actor, permission: Permission, owner: string | null): boolean {
  return may(actor, permission) || granted(actor, permission).some((grant) => covers(grant, owner));
}

/** Whether a route may be asked that asks itself whose processes are meant. */
export function mayForSome(actor: Actor, permission: Permission): boolean {
  return may(actor, permission) || granted(actor, permission).length > 0;
}

function granted({ grants, scopes }: Actor, permission: Permission): readonly Grant[] {
  if (!isOfProcesses(permission) || (scopes !== null && !scopes.includes(permission))) return [];
  return grants.filter(({ role }) => roleHas(role, permission));
}

/** Throws `not-signed-in` or `not-allowed`, saying who could. */
export function requirePermission(actor: Actor | null, permission: Permission): Actor {
  if (!actor) {
    throw new LockstepError('not-signed-in', 'This needs somebody who is signed in.', {
      hint: 'Sign in on the page, or send a token: Authorization: Bearer TOKEN.',
    });
  }
  if (!may(actor, permission)) {
    const limited = roleHas(actor.role, permission);
    throw new LockstepError(
      'not-allowed',
      limited
        ? `This token of ${actor.name} is not for "${permission}".`
        : `${actor.name} is ${actor.role} and may not do this ("${permission}").`,
      {
        hint: limited ? 'Use a token with that scope.' : `It takes one of: ${permissionTable[permission].join(', ')}.`,
      },
    );
  }
  return actor;
}

/** Whoever may ask a route; one that is `byOwner` asks for itself whose processes are meant. */
export function admit(actor: Actor | null, permission: Permission, byOwner: true | undefined): Actor {
  return byOwner && actor && mayForSome(actor, permission) ? actor : requirePermission(actor, permission);
}
