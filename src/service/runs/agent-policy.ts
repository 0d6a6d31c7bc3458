import type { builtInReasons, builtInStates } from '../../api/session.ts';
import type { StoreTransaction } from '../../store/index.ts';
import type { ServerConfig } from '../settings/config.ts';

/** Where the agent of a server does its steps, and why not otherwise. */
export interface BuiltInState {
  readonly state: (typeof builtInStates)[number];
  /** Null while it works. */
  readonly reason: (typeof builtInReasons)[number] | null;
  /** The same for a log or a terminal. */
  readonly text: string;
}

const cure =
  'Set agent.user to a user of the machine (the server must run as root), or start agents with `lockstep agent`.';

const texts = {
  'not-wanted': 'The built-in agent is off (agent.builtIn).',
  'listens-widely': `The built-in agent is off: a step would run as the server's user, and the server listens beyond this machine. ${cure}`,
  'other-users': `The built-in agent is off: a step would run as the server's user, and there are others than the first admin. ${cure}`,
  'no-such-user': 'The built-in agent is off: this machine has no user as agent.user says.',
  'needs-root': 'The built-in agent is off: only root can start it as agent.user.',
} as const satisfies Record<(typeof builtInReasons)[number], string>;

export function off(reason: (typeof builtInReasons)[number]): BuiltInState {
  return { state: 'off', reason, text: texts[reason] };
}

/** What the configuration alone says against steps as the server's user. */
export function againstServersUser({ agent, listen }: Pick<ServerConfig, 'agent' | 'listen'>): BuiltInState | null {
  if (!agent.builtIn) return off('not-wanted');
  return isLoopback(listen.host) ? null : off('listens-widely');
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

const actsThatRun = ['process-run', 'process-edit', 'plugin-manage'] as const;

/**
 * Nobody but the first admin can make a step run: no other user who may sign in, and no token that may less than its user and
 * could reach by a step what it may not.
 */
export async function isAlone(db: StoreTransaction['db'], now: Date): Promise<boolean> {
  const users = await db.selectFrom('account').select('name').where('disabled', '=', 0).limit(2).execute();
  if (users.length > 1) return false;
  const tokens = await db
    .selectFrom('access_token')
    .select('scopes')
    .where('scopes', 'is not', null)
    .where((on) => on.or([on('expires_at', 'is', null), on('expires_at', '>', now.toISOString())]))
    .execute();
  return !tokens.some(({ scopes }) => actsThatRun.some((act) => (JSON.parse(scopes!) as string[]).includes(act)));
}
