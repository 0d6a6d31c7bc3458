import type { Migration } from './migration.ts';

export const runs: Migration = {
  number: 20,
  name: 'runs, their history, steps, locks, timers and agents',
  statements: ({ keyed }) => [
    `create table run (
      run_id text primary key, process_id bigint not null, process_name text not null, process_version bigint not null,
      status text not null, requested_by text not null, requested_at text not null, ended_at text,
      labels text not null, revision bigint not null, events bigint not null, steps bigint not null,
      steps_done bigint not null, asking bigint not null, cancelling bigint not null, reason text, state text not null)`,
    'create index run_requested on run (requested_at)',
    'create index run_process on run (process_id)',
    'create index run_status on run (status)',
    `create table run_event (
      run_id text not null, seq bigint not null, at text not null, type text not null, activity text,
      detail text not null, primary key (run_id, seq))${keyed}`,
    `create table run_step (
      step_id text primary key, run_id text not null, activity text not null, attempt bigint not null,
      state text not null, agent text, fence bigint not null, lease_until text, labels text not null,
      plugin_id text not null, plugin_version bigint not null, digest text not null, step_type text not null,
      repeatable bigint not null, cancel bigint not null, work text not null, created_at text not null,
      started_at text, ended_at text, exit_code bigint, reason text, log_bytes bigint not null)`,
    'create index run_step_run on run_step (run_id)',
    `create index run_step_open on run_step (created_at) where state in ('ready', 'claimed', 'running')`,
    `create table run_lock (
      name text primary key, run_id text not null, activity text not null, told bigint not null)`,
    `create table run_lock_wait (
      run_id text not null, activity text not null, name text not null, since text not null,
      primary key (run_id, activity))${keyed}`,
    `create table run_timer (
      run_id text not null, activity text not null, due_at text not null, primary key (run_id, activity))${keyed}`,
    'create index run_timer_due on run_timer (due_at)',
    `create table run_agent (
      name text primary key, instance text not null, labels text not null, properties text not null,
      slots bigint not null, draining bigint not null, last_seen_at text not null)`,
  ],
};
