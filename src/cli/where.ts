import { relative, resolve } from 'node:path';
import { LockstepError } from '../failure/index.ts';

/** Where a command works: at a server, or in a data folder of this machine. */
export type Where =
  | { readonly kind: 'server'; readonly url: string; readonly token: string | undefined }
  | {
      readonly kind: 'data';
      /** Absolute. */
      readonly data: string;
      /** `postgres://…` where the database is not in the folder. */
      readonly database: string | null;
    };

export interface WhereInput {
  readonly options: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * Decided here for every command, in this order: `--server`, `--data`, LOCKSTEP_SERVER, LOCKSTEP_DATA, ./lockstep-data.
 * A flag that would be ignored is a usage error. `folderOnly`: why the command cannot be asked of a server.
 */
export function whereIs({ options, env, cwd }: WhereInput, folderOnly?: string): Where {
  const flag = (name: string): string | undefined => options[name] as string | undefined;
  const [server, data, database, token] = [flag('server'), flag('data'), flag('database'), flag('token')];
  const local = data ?? database;
  if (server !== undefined && local !== undefined) {
    const other = data === undefined ? '--database' : '--data';
    throw new LockstepError('usage', `--server and ${other} name two places.`, { hint: 'Give one of them.' });
  }
  const url = server ?? (local === undefined ? env['LOCKSTEP_SERVER'] || undefined : undefined);
  if (url !== undefined && folderOnly !== undefined) {
    const named = server === undefined ? 'LOCKSTEP_SERVER names a server, and this' : 'This';
    throw new LockstepError('usage', `${named} cannot be asked of a server: ${folderOnly}`, {
      hint: 'Name the data folder with --data, on the machine that has it.',
    });
  }
  if (url !== undefined) return { kind: 'server', url, token: token ?? (env['LOCKSTEP_TOKEN'] || undefined) };
  if (token !== undefined) {
    throw new LockstepError('usage', 'A token is for a server, and none is named.', { hint: 'Give --server URL.' });
  }
  return {
    kind: 'data',
    data: resolve(cwd, data ?? (env['LOCKSTEP_DATA'] || 'lockstep-data')),
    database: database ?? (env['LOCKSTEP_DATABASE'] || null),
  };
}

/** `on http://…` or `in ./lockstep-data`: what a changing command says first. */
export function describeWhere(where: Where, cwd: string): string {
  if (where.kind === 'server') return `on ${withoutPassword(where.url)}`;
  const below = relative(cwd, where.data);
  const folder = below === '' ? '.' : below.startsWith('..') ? where.data : `./${below}`;
  return `in ${folder}${where.database === null ? '' : ` with ${withoutPassword(where.database)}`}`;
}

function withoutPassword(address: string): string {
  return address.replace(/:[^:@/]+@/, ':***@');
}
