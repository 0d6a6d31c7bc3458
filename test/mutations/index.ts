import { accounts } from './accounts.ts';
import { input } from './input.ts';
import type { Mutation } from './mutation.ts';
import { rights } from './rights.ts';
import { secrets } from './secrets.ts';

export type { Mutation } from './mutation.ts';

/** Every protection that `npm run mutate` breaks. */
export const mutations: readonly Mutation[] = [...secrets, ...accounts, ...rights, ...input];
