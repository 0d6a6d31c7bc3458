import type { Migration } from './migration.ts';

export const serversTogether: Migration = {
  number: 30,
  name: 'what several servers on one database share: packages, operations, events',
  statements: ({ id }) => [
    'create table plugin_package (digest text primary key, content text not null, kept_at text not null)',
    `create table server_member (
      id text primary key, url text not null, started_at text not null, seen_at text not null)`,
    `create table server_operation (
      id text primary key, server text not null, body text not null, started_at text not null, ended_at text)`,
    'create index server_operation_started on server_operation (started_at)',
    `create table server_message (id ${id}, at text not null, body text not null)`,
  ],
};
