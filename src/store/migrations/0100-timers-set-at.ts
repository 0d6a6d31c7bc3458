import type { Migration } from './migration.ts';

/** Whose clock is set back finds timers that were set in its future. Older ones have no such time. */
export const timersSetAt: Migration = {
  number: 100,
  name: 'when a timer was set',
  statements: () => [
    `alter table run_timer add column set_at text not null default ''`,
    'create index run_timer_set on run_timer (set_at)',
  ],
};
