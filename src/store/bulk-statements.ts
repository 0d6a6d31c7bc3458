import type { PlanProcessState } from './states.ts';
import type { BulkStatement } from './store.ts';
import type { VersionReason } from './tables.ts';

// The hot paths of importing, planning, applying and undoing, in the words of both databases.

/** One of a JSON list of ids. An array is looked up in the index whatever PostgreSQL believes about the table's size. */
function listed(parameter: string): string {
  return `any(translate(${parameter}, '[]', '{}')::bigint[])`;
}

export type ProcessRow = {
  id: number;
  kind: string;
  owner: string;
  name: string;
  version: number;
  draft: number;
};

export const addProcesses: BulkStatement<ProcessRow> = {
  name: 'add_processes',
  columns: {
    id: 'bigint',
    kind: 'text',
    owner: 'text',
    name: 'text',
    version: 'bigint',
    draft: 'bigint',
  },
  sqlite: 'insert into process (id, kind, owner, name, version, draft) values (?1, ?2, ?3, ?4, ?5, ?6)',
  postgres: { into: 'process' },
};

export const addPlaces: BulkStatement<{ import_id: number; slot: number; process_id: number }> = {
  name: 'add_places',
  columns: { import_id: 'bigint', slot: 'bigint', process_id: 'bigint' },
  sqlite: 'insert into process_place (import_id, slot, process_id) values (?1, ?2, ?3)',
  postgres: { into: 'process_place' },
};

export type VersionRow = {
  process_id: number;
  version: number;
  document: string;
  created_at: string;
  created_by: string;
  reason: VersionReason;
  plan_id: number | null;
};

export const addVersions: BulkStatement<VersionRow> = {
  name: 'add_versions',
  columns: {
    process_id: 'bigint',
    version: 'bigint',
    document: 'sealed',
    created_at: 'text',
    created_by: 'text',
    reason: 'text',
    plan_id: 'bigint',
  },
  sqlite: `insert into process_version (process_id, version, document, created_at, created_by, reason, plan_id)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
  postgres: { into: 'process_version' },
};

/**
 * Points processes to their new version if they still stand at the expected one [DO-4]; touches only those. One row for
 * all that move from and to the same version: `ids` is a JSON list.
 */
export const advanceProcesses: BulkStatement<{ expected: number; version: number; ids: string }> = {
  name: 'advance_processes',
  columns: { expected: 'bigint', version: 'bigint', ids: 'text' },
  sqlite: 'update process set version = ?2 where version = ?1 and id in (select value from json_each(?3))',
  postgres: { each: `update process set version = $2 where version = $1 and id = ${listed('$3')}` },
};

export type UseChangeRow = { key_id: number; version: number; process_id: number; count: number };

/** Sets how often a process uses a step type at a plugin version. */
const setUses: BulkStatement<UseChangeRow> = {
  name: 'set_uses',
  columns: { key_id: 'bigint', version: 'bigint', process_id: 'bigint', count: 'bigint' },
  sqlite: 'insert or replace into process_use (key_id, version, process_id, count) values (?1, ?2, ?3, ?4)',
  postgres: {
    overGiven: `insert into process_use (key_id, version, process_id, count)
      select key_id, version, process_id, count from given
      on conflict (key_id, version, process_id) do update set count = excluded.count`,
  },
};

const removeUses: BulkStatement<{ key_id: number; version: number; process_id: number }> = {
  name: 'remove_uses',
  columns: { key_id: 'bigint', version: 'bigint', process_id: 'bigint' },
  sqlite: 'delete from process_use where key_id = ?1 and version = ?2 and process_id = ?3',
  postgres: {
    overGiven: `delete from process_use using given where process_use.key_id = given.key_id
      and process_use.version = given.version and process_use.process_id = given.process_id`,
  },
};

type UseMoveRow = {
  key_id: number;
  version: number;
  new_key_id: number;
  new_version: number;
  ids: string;
};

/** The uses of one step type at one version are now uses of another one, in the same number. `ids`: JSON, processes. */
const moveUses: BulkStatement<UseMoveRow> = {
  name: 'move_uses',
  columns: { key_id: 'bigint', version: 'bigint', new_key_id: 'bigint', new_version: 'bigint', ids: 'text' },
  sqlite: `update process_use set key_id = ?3, version = ?4
    where key_id = ?1 and version = ?2 and process_id in (select value from json_each(?5))`,
  postgres: {
    each: `update process_use set key_id = $3, version = $4
      where key_id = $1 and version = $2 and process_id = ${listed('$5')}`,
  },
};

/** The where-used index follows a change of documents in the same transaction: what goes, then what is so now. */
export const replaceUses = { remove: removeUses, move: moveUses, set: setUses };

export type PlanProcessRow = {
  plan_id: number;
  process_id: number;
  base_version: number;
  group_id: string;
  state: PlanProcessState;
  questions: number;
  work_id: number | null;
};

export const addPlanProcesses: BulkStatement<PlanProcessRow> = {
  name: 'add_plan_processes',
  columns: {
    plan_id: 'bigint',
    process_id: 'bigint',
    base_version: 'bigint',
    group_id: 'text',
    state: 'text',
    questions: 'bigint',
    work_id: 'bigint',
  },
  sqlite: `insert into plan_process (plan_id, process_id, base_version, group_id, state, questions, work_id)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
  postgres: { into: 'plan_process' },
};

export const addPlanDetails: BulkStatement<{ plan_id: number; process_id: number; detail: string }> = {
  name: 'add_plan_details',
  columns: { plan_id: 'bigint', process_id: 'bigint', detail: 'sealed' },
  sqlite: 'insert into plan_detail (plan_id, process_id, detail) values (?1, ?2, ?3)',
  postgres: { into: 'plan_detail' },
};

export const addPlanWorks: BulkStatement<{ plan_id: number; id: number; work: string }> = {
  name: 'add_plan_works',
  columns: { plan_id: 'bigint', id: 'bigint', work: 'sealed' },
  sqlite: 'insert into plan_work (plan_id, id, work) values (?1, ?2, ?3)',
  postgres: { into: 'plan_work' },
};

/** Marks what a chunk did, in the chunk's own transaction [DO-3]. */
export const finishPlanProcesses: BulkStatement<{
  plan_id: number;
  process_id: number;
  state: PlanProcessState;
  base_version: number;
  result_version: number | null;
  undo_version: number | null;
  wave: string | null;
  replanned: number;
}> = {
  name: 'finish_plan_processes',
  columns: {
    plan_id: 'bigint',
    process_id: 'bigint',
    state: 'text',
    base_version: 'bigint',
    result_version: 'bigint',
    undo_version: 'bigint',
    wave: 'text',
    replanned: 'bigint',
  },
  sqlite: `update plan_process set state = ?3, base_version = ?4, result_version = ?5, undo_version = ?6, wave = ?7,
    replanned = ?8 where plan_id = ?1 and process_id = ?2`,
  postgres: {
    overGiven: `update plan_process set state = given.state, base_version = given.base_version,
      result_version = given.result_version, undo_version = given.undo_version, wave = given.wave,
      replanned = given.replanned
      from given where plan_process.plan_id = given.plan_id and plan_process.process_id = given.process_id`,
  },
};

/** The same for a chunk's processes that were all applied as planned: `ids` is a JSON list. */
export const finishApplied: BulkStatement<{ plan_id: number; wave: string | null; ids: string }> = {
  name: 'finish_applied',
  columns: { plan_id: 'bigint', wave: 'text', ids: 'text' },
  sqlite: `update plan_process set state = 'applied', result_version = base_version + 1, wave = ?2
    where plan_id = ?1 and process_id in (select value from json_each(?3))`,
  postgres: {
    each: `update plan_process set state = 'applied', result_version = base_version + 1, wave = $2
      where plan_id = $1 and process_id = ${listed('$3')}`,
  },
};
