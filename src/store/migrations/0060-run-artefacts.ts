import type { Migration } from './migration.ts';

export const runArtefacts: Migration = {
  number: 60,
  name: 'files that steps leave, by digest',
  statements: ({ keyed }) => [
    `create table run_artefact (
      run_id text not null, step_id text not null, name text not null, activity text not null, attempt bigint not null,
      digest text not null, size bigint not null, kept_at text not null,
      primary key (run_id, step_id, name))${keyed}`,
  ],
};
