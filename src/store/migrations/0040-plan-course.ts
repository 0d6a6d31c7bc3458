import type { Migration } from './migration.ts';

export const planCourse: Migration = {
  number: 40,
  name: 'how a plan is carried out: its wave, its limit, and why it rests',
  statements: () => ['alter table plan add column course text'],
};
