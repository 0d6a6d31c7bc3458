import type { PlanProcessState } from './states.ts';
import type { BulkStatement } from './store.ts';
import type { VersionReason } from './tables.ts';

// The hot paths of importing, planning, applying and undoing.

export type ProcessRow = {
  id: number;
  kind: string;
  owner: string;
  name: string;
  version: number;
  draft: number;
};

export const addProcesses: BulkStatement<ProcessRow> = {
  into: 'process',
  columns: {
    id: 'bigint',
    kind: 'text',
    owner: 'text',
    name: 'text',
    version: 'bigint',
    draft: 'bigint',
  },
};

export const addPlaces: BulkStatement<{ import_id: number; slot: number; process_id: number }> = {
  into: 'process_place',
  columns: { import_id: 'bigint', slot: 'bigint', process_id: 'bigint' },
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
  into: 'process_version',
  columns: {
    process_id: 'bigint',
    version: 'bigint',
    document: 'sealed',
    created_at: 'text',
    created_by: 'text',
    reason: 'text',
    plan_id: 'bigint',
  },
};

/**
 * Points processes to their new version if they still stand at the expected one [DO-4]; touches only those. One row for
 * all that move from and to the same version: `ids` is a JSON list.
 */
export const advanceProcesses: BulkStatement<{ expected: number; version: number; ids: string }> = {
  change: 'advance_processes',
  columns: { expected: 'bigint', version: 'bigint', ids: 'text' },
};

export type UseChangeRow = { key_id: number; version: number; process_id: number; count: number };

/** Sets how often a process uses a step type at a plugin version. */
const setUses: BulkStatement<UseChangeRow> = {
  change: 'set_uses',
  columns: { key_id: 'bigint', version: 'bigint', process_id: 'bigint', count: 'bigint' },
};

const removeUses: BulkStatement<{ key_id: number; version: number; process_id: number }> = {
  change: 'remove_uses',
  columns: { key_id: 'bigint', version: 'bigint', process_id: 'bigint' },
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
  change: 'move_uses',
  columns: { key_id: 'bigint', version: 'bigint', new_key_id: 'bigint', new_version: 'bigint', ids: 'text' },
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
  into: 'plan_process',
  columns: {
    plan_id: 'bigint',
    process_id: 'bigint',
    base_version: 'bigint',
    group_id: 'text',
    state: 'text',
    questions: 'bigint',
    work_id: 'bigint',
  },
};

export const addPlanDetails: BulkStatement<{ plan_id: number; process_id: number; detail: string }> = {
  into: 'plan_detail',
  columns: { plan_id: 'bigint', process_id: 'bigint', detail: 'sealed' },
};

export const addPlanWorks: BulkStatement<{ plan_id: number; id: number; work: string }> = {
  into: 'plan_work',
  columns: { plan_id: 'bigint', id: 'bigint', work: 'sealed' },
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
  change: 'finish_plan_processes',
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
};

/** The same for a chunk's processes that were all applied as planned: `ids` is a JSON list. */
export const finishApplied: BulkStatement<{ plan_id: number; wave: string | null; ids: string }> = {
  change: 'finish_applied',
  columns: { plan_id: 'bigint', wave: 'text', ids: 'text' },
};
