import type { Selectable } from 'kysely';
import type { PlanDetailTable, PlanProcessTable, PlanWorkTable } from './plan-tables.ts';
import type { BulkStatement } from './store.ts';
import type { ProcessPlaceTable, ProcessTable, ProcessUseTable, ProcessVersionTable } from './tables.ts';

// The hot paths of importing, planning, applying and undoing.

type Row<Table, Columns extends keyof Selectable<Table>> = Pick<Selectable<Table>, Columns>;

export const addProcesses: BulkStatement<Row<ProcessTable, 'id' | 'kind' | 'owner' | 'name' | 'version' | 'draft'>> = {
  into: 'process',
  columns: { id: 'bigint', kind: 'text', owner: 'text', name: 'text', version: 'bigint', draft: 'bigint' },
};

export const addPlaces: BulkStatement<Selectable<ProcessPlaceTable>> = {
  into: 'process_place',
  columns: { import_id: 'bigint', slot: 'bigint', process_id: 'bigint' },
};

export type VersionRow = Selectable<ProcessVersionTable>;

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

export type UseChangeRow = Selectable<ProcessUseTable>;

/** Sets how often a process uses a step type at a plugin version. */
const setUses: BulkStatement<UseChangeRow> = {
  change: 'set_uses',
  columns: { key_id: 'bigint', version: 'bigint', process_id: 'bigint', count: 'bigint' },
};

const removeUses: BulkStatement<Omit<UseChangeRow, 'count'>> = {
  change: 'remove_uses',
  columns: { key_id: 'bigint', version: 'bigint', process_id: 'bigint' },
};

type UseMoveRow = { key_id: number; version: number; new_key_id: number; new_version: number; ids: string };

/** The uses of one step type at one version are now uses of another one, in the same number. `ids`: JSON, processes. */
const moveUses: BulkStatement<UseMoveRow> = {
  change: 'move_uses',
  columns: { key_id: 'bigint', version: 'bigint', new_key_id: 'bigint', new_version: 'bigint', ids: 'text' },
};

/** The where-used index follows a change of documents in the same transaction: what goes, then what is so now. */
export const replaceUses = { remove: removeUses, move: moveUses, set: setUses };

export const addPlanProcesses: BulkStatement<
  Row<PlanProcessTable, 'plan_id' | 'process_id' | 'base_version' | 'group_id' | 'state' | 'questions' | 'work_id'>
> = {
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

export const addPlanDetails: BulkStatement<Selectable<PlanDetailTable>> = {
  into: 'plan_detail',
  columns: { plan_id: 'bigint', process_id: 'bigint', detail: 'sealed' },
};

export const addPlanWorks: BulkStatement<Selectable<PlanWorkTable>> = {
  into: 'plan_work',
  columns: { plan_id: 'bigint', id: 'bigint', work: 'sealed' },
};

/** Marks what a chunk did, in the chunk's own transaction [DO-3]. */
export const finishPlanProcesses: BulkStatement<
  Row<
    PlanProcessTable,
    'plan_id' | 'process_id' | 'state' | 'base_version' | 'result_version' | 'undo_version' | 'wave' | 'replanned'
  >
> = {
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
