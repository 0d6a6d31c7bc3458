import type { Migration } from './migration.ts';

export const planWork: Migration = {
  number: 50,
  name: 'what applying does, kept once for all processes of a plan that are built alike',
  statements: ({ keyed }) => [
    `create table plan_work (
      plan_id bigint not null, id bigint not null, work text not null, primary key (plan_id, id))${keyed}`,
    // null: read from the detail, which has it too
    'alter table plan_process add column work_id bigint',
    'alter table plan_detail drop column work',
  ],
};
