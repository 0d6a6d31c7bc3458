import type { Migration } from './migration.ts';

export const processesAndPlans: Migration = {
  number: 1,
  name: 'plugins, processes, snapshots, plans',
  statements: ({ id, keyed }) => [
    `create table plugin (
      id text primary key, name text not null, active_version text, former_version text)`,
    `create table plugin_version (
      plugin_id text not null references plugin (id), version text not null, number bigint, name text not null,
      definition text, upgrade_file text, info text, digest text not null, folder text, state text not null,
      installed_at text not null, installed_by text not null, primary key (plugin_id, version))`,
    'create index plugin_version_name on plugin_version (name)',

    `create table import_shape (
      id ${id}, digest text not null unique, shape text not null, file text not null, created_at text not null)`,
    `create table process (
      id ${id}, kind text not null, owner text not null, name text not null, version bigint not null,
      shape_id bigint references import_shape (id), shape_slot bigint, labels text not null default '[]', removed_at text)`,
    'create unique index process_name on process (name, kind, owner) where removed_at is null',
    `create table process_version (
      process_id bigint not null, version bigint not null, document text not null, created_at text not null,
      created_by text not null, reason text not null, plan_id bigint)`,
    // the documents stay in the order of their writing; this index finds them, and nothing is stored twice [DO-2]
    'create unique index process_version_key on process_version (process_id, version)',

    `create table use_key (
      id ${id}, plugin_id text not null, plugin_name text not null, step_type text not null,
      unique (plugin_name, plugin_id, step_type))`,
    'create index use_key_plugin on use_key (plugin_id)',
    `create table process_use (
      key_id bigint not null, version bigint not null, process_id bigint not null, count bigint not null,
      primary key (key_id, version, process_id))${keyed}`,

    `create table snapshot (
      id ${id}, name text not null unique, note text not null, created_at text not null, created_by text not null)`,
    `create table snapshot_process (
      snapshot_id bigint not null, process_id bigint not null, version bigint not null,
      primary key (snapshot_id, process_id))${keyed}`,
    `create table snapshot_use (
      snapshot_id bigint not null, key_id bigint not null, version bigint not null, count bigint not null,
      primary key (key_id, version, snapshot_id))${keyed}`,

    `create table plan (
      id ${id}, plugin_id text not null, version text not null, digest text not null, former_version text,
      state text not null, header text not null, answers text not null, created_at text not null,
      created_by text not null, changed_at text not null)`,
    `create table plan_process (
      plan_id bigint not null, process_id bigint not null, base_version bigint not null, group_id text not null,
      state text not null, questions bigint not null, wave text, result_version bigint, undo_version bigint, replanned bigint not null default 0,
      primary key (plan_id, process_id))${keyed}`,
    `create table plan_detail (
      plan_id bigint not null, process_id bigint not null, work text not null, detail text not null,
      primary key (plan_id, process_id))${keyed}`,

    `create table activity (
      id ${id}, at text not null, who text not null, action text not null, subject_kind text not null,
      subject_id text not null, subject_name text not null, detail text not null)`,
    'create index activity_subject on activity (subject_kind, subject_id)',
    'create table setting (key text primary key, value text not null)',
  ],
};
