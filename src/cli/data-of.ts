import { LockstepError } from '../failure/index.ts';
import type { CommandInput } from './command.ts';

/** The folder of a command that works in no other place. */
export function dataOf({ where }: Pick<CommandInput, 'where'>): {
  readonly data: string;
  readonly database: string | undefined;
} {
  if (where.kind === 'data') return { data: where.data, database: where.database ?? undefined };
  throw new LockstepError('usage', 'This works in a data folder.', { hint: 'Name it with --data.' });
}
