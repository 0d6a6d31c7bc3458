import type { Migration } from './migration.ts';

/** A process may stand in several places, of one export or of several; each export is kept as it was written [DO-10]. */
export const processPlaces: Migration = {
  number: 80,
  name: 'places of processes in exports',
  statements: () => [
    'alter table import_shape add column text text',
    `create table process_place (
      import_id bigint not null references import_shape (id), slot bigint not null,
      process_id bigint not null references process (id), primary key (import_id, slot))`,
    'create index process_place_process on process_place (process_id)',
    // where several processes were taken for one place nobody can tell which it was: these stand by themselves
    `insert into process_place (import_id, slot, process_id)
      select shape_id, shape_slot, min(id) from process
      where shape_id is not null and shape_slot is not null and removed_at is null
      group by shape_id, shape_slot having count(*) = 1`,
    'update process set shape_id = null, shape_slot = null where shape_id is not null',
  ],
};
