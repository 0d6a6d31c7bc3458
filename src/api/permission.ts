/** Who a person or a token is, from the least to the most. */
export const roles = ['viewer', 'process-owner', 'plugin-manager', 'admin'] as const;
export type Role = (typeof roles)[number];

/** The one table of who may do what; every route names its permission, and a token's scopes are permissions too. */
export const permissionTable = {
  /** Plugins, processes, plans, channels, operations. */
  read: ['viewer', 'process-owner', 'plugin-manager', 'admin'],
  /** Create, edit, import and delete processes; take snapshots. */
  'process-edit': ['process-owner', 'plugin-manager', 'admin'],
  /** Request, cancel and retry runs, and do their manual tasks. */
  'process-run': ['process-owner', 'plugin-manager', 'admin'],
  /** Make plans and lint packages: nothing is changed by it. */
  'plan-make': ['process-owner', 'plugin-manager', 'admin'],
  /** Answer a plan's questions. */
  'plan-answer': ['process-owner', 'plugin-manager', 'admin'],
  /** Apply, stop, resume and undo a plan. */
  'plan-apply': ['plugin-manager', 'admin'],
  /** Update the list, install, upgrade, uninstall, reload. */
  'plugin-manage': ['plugin-manager', 'admin'],
  /** Put packages in a channel. */
  'channel-publish': ['plugin-manager', 'admin'],
  /** Promote, put back, yank. */
  'channel-promote': ['plugin-manager', 'admin'],
  /** Pull work and report it; agents' tokens are scoped to this. */
  'agent-work': ['admin'],
  /** Change the server's settings and empty the cache. */
  'settings-edit': ['admin'],
  /** Counters of the server for Prometheus. */
  'metrics-read': ['viewer', 'process-owner', 'plugin-manager', 'admin'],
  /** Users, everyone's tokens. */
  'user-manage': ['admin'],
  /** One's own password and tokens. */
  'own-account': ['viewer', 'process-owner', 'plugin-manager', 'admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissionTable;
export const permissions = Object.keys(permissionTable) as Permission[];

/** Whether a role has a permission, by the table alone. */
export function roleHas(role: Role, permission: Permission): boolean {
  return (permissionTable[permission] as readonly Role[]).includes(role);
}
