import type { Generated } from 'kysely';
import type { PlanDetailTable, PlanProcessTable, PlanTable, PlanWorkTable } from './plan-tables.ts';
import type {
  RunAgentTable,
  RunArtefactTable,
  RunEventTable,
  RunLockTable,
  RunLockWaitTable,
  RunStepTable,
  RunTable,
  RunTimerTable,
} from './run-tables.ts';

/**
 * The tables of both databases. Ids are whole numbers, times ISO 8601 texts, JSON is kept as text.
 * A table of another topic is added here, by a migration of its own (`migrations/`).
 */
export interface Tables {
  plugin: PluginTable;
  plugin_version: PluginVersionTable;
  process: ProcessTable;
  process_version: ProcessVersionTable;
  use_key: UseKeyTable;
  process_use: ProcessUseTable;
  import_shape: ImportShapeTable;
  process_place: ProcessPlaceTable;
  snapshot: SnapshotTable;
  snapshot_process: SnapshotProcessTable;
  snapshot_use: SnapshotUseTable;
  plan: PlanTable;
  plan_process: PlanProcessTable;
  plan_detail: PlanDetailTable;
  plan_work: PlanWorkTable;
  activity: ActivityTable;
  setting: SettingTable;
  account: AccountTable;
  access_token: AccessTokenTable;
  page_session: PageSessionTable;
  process_grant: ProcessGrantTable;
  run: RunTable;
  run_event: RunEventTable;
  run_step: RunStepTable;
  run_artefact: RunArtefactTable;
  run_lock: RunLockTable;
  run_lock_wait: RunLockWaitTable;
  run_timer: RunTimerTable;
  run_agent: RunAgentTable;
  plugin_package: PluginPackageTable;
  server_member: ServerMemberTable;
  server_operation: ServerOperationTable;
  server_message: ServerMessageTable;
}

export interface PluginTable {
  id: string;
  /** Display name of the newest version. */
  name: string;
  /** The version that new steps use and the live folder shows; null while none is. */
  active_version: string | null;
  /** What was active before; an undo brings it back [DO-6]. */
  former_version: string | null;
}

export interface PluginVersionTable {
  plugin_id: string;
  /** As its package says: `7` for a step plugin, `0.4.01` for one described by plugin-info. */
  version: string;
  /** `PluginDefinition.version`, or null for a plugin without step types. */
  number: number | null;
  /** Display name; former ones find uses too [SCOPE-2]. */
  name: string;
  /** JSON of `PluginDefinition`, `UpgradeFile` and plugin-info. */
  definition: string | null;
  upgrade_file: string | null;
  info: string | null;
  /** Id of the plugin that takes over, as the version's lifecycle.xml says. */
  successor: Generated<string | null>;
  /** Digest of the package's tree. */
  digest: string;
  /** Relative to the data folder, or null when there is none. */
  folder: string | null;
  /** `ghosted`: uninstalled, kept for history. */
  state: 'installed' | 'ghosted';
  installed_at: string;
  installed_by: string;
}

export interface ProcessTable {
  id: Generated<number>;
  kind: 'component' | 'template' | 'generic';
  /** The component or template that holds it; empty for none. */
  owner: string;
  name: string;
  /** 1: not promoted yet; it stands beside the process of the same name. */
  draft: Generated<number>;
  /** The current one of `process_version`. */
  version: number;
  /** JSON list of words by which waves choose processes. */
  labels: Generated<string>;
  removed_at: string | null;
}

export interface ProcessVersionTable {
  process_id: number;
  version: number;
  /** JSON text, as it is exported. */
  document: string;
  created_at: string;
  created_by: string;
  reason: VersionReason;
  /** The plan that made it, or null. */
  plan_id: number | null;
}

export type VersionReason = 'imported' | 'edited' | 'upgraded' | 'undone' | 'merged';

export interface UseKeyTable {
  id: Generated<number>;
  /** Recorded id; empty where the document names the plugin by display name only. */
  plugin_id: string;
  plugin_name: string;
  step_type: string;
}

/** The where-used index of current versions [SCOPE-3]. */
export interface ProcessUseTable {
  key_id: number;
  /** The plugin version of the use. */
  version: number;
  process_id: number;
  count: number;
}

/** Where a process stands in what was imported: in each of its places [DO-10]. */
export interface ProcessPlaceTable {
  import_id: number;
  /** Index among the processes of the export. */
  slot: number;
  process_id: number;
}

export interface ImportShapeTable {
  id: Generated<number>;
  digest: string;
  /** JSON: the imported document without its processes; empty where `text` is kept. */
  shape: string;
  file: string;
  /** The export as it was written; null for imports of older days. */
  text: string | null;
  created_at: string;
}

export interface SnapshotTable {
  id: Generated<number>;
  name: string;
  note: string;
  created_at: string;
  created_by: string;
}

export interface SnapshotProcessTable {
  snapshot_id: number;
  process_id: number;
  version: number;
}

export interface SnapshotUseTable {
  snapshot_id: number;
  key_id: number;
  version: number;
  count: number;
}

export interface ActivityTable {
  id: Generated<number>;
  at: string;
  who: string;
  /** `process.imported`, `upgrade.applied`, … */
  action: string;
  subject_kind: string;
  subject_id: string;
  subject_name: string;
  /** JSON object; never a secret. */
  detail: string;
}

export interface SettingTable {
  key: string;
  value: string;
}

/** A user who may sign in. */
export interface AccountTable {
  name: string;
  role: 'viewer' | 'process-owner' | 'plugin-manager' | 'admin';
  /** `scrypt$N$r$p$salt$hash`, or null: only tokens sign in. */
  password: string | null;
  disabled: Generated<number>;
  created_at: string;
  last_seen_at: string | null;
  /** The provider where this user signs in; null: here. */
  issuer: string | null;
  /** Who the user is there. */
  subject: string | null;
  /** Groups at the last sign-in there, JSON. */
  member_of: Generated<string>;
  /** Tokens of a user who signs in elsewhere count until then; null: not before the next sign-in. */
  trusted_until: string | null;
}

export interface ProcessGrantTable {
  id: string;
  kind: 'user' | 'group';
  holder: string;
  role: 'viewer' | 'process-owner' | 'plugin-manager' | 'admin';
  /** Pattern; null: processes without an owner. */
  owner: string | null;
  created_at: string;
  created_by: string;
}

export interface AccessTokenTable {
  /** Public. */
  id: string;
  account: string;
  label: string;
  /** JSON list of permissions, or null: all that the user has. */
  scopes: string | null;
  /** sha256 of the secret, which is kept nowhere. */
  digest: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  /** JSON: the name and the labels of the one agent that it is for; null where it is for none. */
  agent: string | null;
}

export interface PageSessionTable {
  /** sha256 of the cookie's value. */
  digest: string;
  account: string;
  created_at: string;
  expires_at: string;
}

/** The content of installed versions, for servers that did not install them. */
export interface PluginPackageTable {
  /** As `plugin_version.digest`. */
  digest: string;
  /** The package as `.tar.zst`, in base64. */
  content: string;
  kept_at: string;
}

/** A running server among several. */
export interface ServerMemberTable {
  id: string;
  url: string;
  started_at: string;
  seen_at: string;
}

/** Long work of one of several servers, as all of them show it. */
export interface ServerOperationTable {
  id: string;
  /** `server_member.id` of the one that does it. */
  server: string;
  /** JSON. */
  body: string;
  started_at: string;
  ended_at: string | null;
  /** 1: somebody asked another server to stop it. */
  stop_asked: Generated<number>;
}

/** A message between servers that is too long for a notification. */
export interface ServerMessageTable {
  id: Generated<number>;
  at: string;
  /** JSON. */
  body: string;
}
