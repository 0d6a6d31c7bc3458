import type { Migration } from './migration.ts';

export const agentsByName: Migration = {
  number: 74,
  name: 'where an agent runs and since when, and the agent that a token is for',
  statements: () => [
    "alter table run_agent add column host text not null default ''",
    "alter table run_agent add column home text not null default ''",
    "alter table run_agent add column boot text not null default ''",
    "alter table run_agent add column registered_at text not null default ''",
    'alter table access_token add column agent text',
  ],
};
