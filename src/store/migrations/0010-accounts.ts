import type { Migration } from './migration.ts';

export const accounts: Migration = {
  number: 10,
  name: 'users, their tokens and sessions',
  statements: () => [
    `create table account (
      name text primary key, role text not null, password text, disabled bigint not null default 0,
      created_at text not null, last_seen_at text)`,
    `create table access_token (
      id text primary key, account text not null references account (name) on delete cascade, label text not null,
      scopes text, digest text not null unique, created_at text not null, expires_at text, last_used_at text)`,
    `create table page_session (
      digest text primary key, account text not null references account (name) on delete cascade,
      created_at text not null, expires_at text not null)`,
    'create index access_token_account on access_token (account)',
    'create index page_session_account on page_session (account)',
  ],
};
