import type { Selectable } from 'kysely';
import type { Permission, Role } from '../../api/permission.ts';
import type { AccessTokenTable, AccountTable } from '../../store/index.ts';
import type { AgentBinding } from './actor.ts';

export interface UserView {
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly lastSeenAt: string | null;
  readonly disabled: boolean;
  readonly hasPassword: boolean;
  /** Who the user is at the provider where they sign in; null: they sign in here. */
  readonly elsewhere: { readonly issuer: string; readonly subject: string } | null;
  /** There, at the last sign-in. */
  readonly groups: readonly string[];
}

export interface TokenView {
  readonly id: string;
  readonly user: string;
  readonly label: string;
  readonly scopes: Permission[] | null;
  /** The agent that it is for, and the labels that this agent may have. */
  readonly agent: string | null;
  readonly labels: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

export function showUser(row: Selectable<AccountTable>): UserView {
  return {
    name: row.name,
    role: row.role,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    disabled: row.disabled === 1,
    hasPassword: row.password !== null,
    elsewhere: row.issuer === null ? null : { issuer: row.issuer, subject: row.subject! },
    groups: JSON.parse(row.member_of),
  };
}

export function showToken(row: Selectable<AccessTokenTable>): TokenView {
  return {
    id: row.id,
    user: row.account,
    label: row.label,
    scopes: parseScopes(row.scopes),
    agent: parseAgent(row.agent)?.name ?? null,
    labels: parseAgent(row.agent)?.labels ?? [],
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}

export function parseAgent(text: string | null): AgentBinding | null {
  return text === null ? null : (JSON.parse(text) as AgentBinding);
}

export function parseScopes(text: string | null): Permission[] | null {
  return text === null ? null : (JSON.parse(text) as Permission[]);
}
