import type { Migration } from './migration.ts';

export const peopleElsewhere: Migration = {
  number: 112,
  name: 'who a user is at the provider of sign-ins, and until when that counts',
  statements: () => [
    'alter table account add column issuer text',
    'alter table account add column subject text',
    "alter table account add column member_of text not null default '[]'",
    'alter table account add column trusted_until text',
    'create unique index account_elsewhere on account (issuer, subject)',
  ],
};
