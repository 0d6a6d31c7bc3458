import type { Selectable } from 'kysely';
import type { Permission } from '../../api/permission.ts';
import type { Token } from '../../api/tokens.ts';
import type { User } from '../../api/users.ts';
import type { AccessTokenTable, AccountTable } from '../../store/index.ts';
import type { AgentBinding } from './actor.ts';

export function showUser(row: Selectable<AccountTable>): User {
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

export function showToken(row: Selectable<AccessTokenTable>): Token {
  return {
    id: row.id,
    user: row.account,
    label: row.label,
    scopes: parseScopes(row.scopes),
    agent: parseAgent(row.agent)?.name ?? null,
    labels: [...(parseAgent(row.agent)?.labels ?? [])],
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
