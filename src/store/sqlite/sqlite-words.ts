import type { ColumnTypes } from '../migrations/migration.ts';
import type { BulkChange, BulkRow, BulkStatement } from '../store.ts';

export const sqliteColumns: ColumnTypes = { id: 'integer primary key', keyed: ' without rowid' };

/** Run once a row; `?1`, `?2`, … are the columns in their order. */
const changes: Readonly<Record<BulkChange, string>> = {
  advance_processes: 'update process set version = ?2 where version = ?1 and id in (select value from json_each(?3))',
  set_uses: 'insert or replace into process_use (key_id, version, process_id, count) values (?1, ?2, ?3, ?4)',
  remove_uses: 'delete from process_use where key_id = ?1 and version = ?2 and process_id = ?3',
  move_uses: `update process_use set key_id = ?3, version = ?4
    where key_id = ?1 and version = ?2 and process_id in (select value from json_each(?5))`,
  finish_plan_processes: `update plan_process set state = ?3, base_version = ?4, result_version = ?5, undo_version = ?6, wave = ?7,
    replanned = ?8 where plan_id = ?1 and process_id = ?2`,
  finish_applied: `update plan_process set state = 'applied', result_version = base_version + 1, wave = ?2
    where plan_id = ?1 and process_id in (select value from json_each(?3))`,
};

export function bulkText<Row extends BulkRow>(statement: BulkStatement<Row>): string {
  if ('change' in statement) return changes[statement.change];
  const columns = Object.keys(statement.columns);
  const marks = columns.map((_, index) => `?${index + 1}`);
  return `insert into ${statement.into} (${columns.map((column) => `"${column}"`).join(', ')}) values (${marks.join(', ')})`;
}
