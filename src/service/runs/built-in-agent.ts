import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { system } from '../../ports/index.ts';
import { type Agent, allowedEnvironment, builtInPrefix } from '../../run/index.ts';
import type { Store } from '../../store/index.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { ServerConfig } from '../settings/config.ts';
import { type AgentAsUser, startAgentAsUser } from './agent-as-user.ts';
import { againstServersUser, type BuiltInState, isAlone, off } from './agent-policy.ts';
import { machineUser } from './machine-user.ts';

export interface BuiltInAgentOptions {
  readonly config: Pick<ServerConfig, 'agent' | 'listen' | 'data'>;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly startHere: (onTrouble: (message: string) => void) => Agent;
  readonly onTrouble: (message: string) => void;
}

/**
 * The agent that comes with a server. It does steps as the server's user only while nobody but the first admin could make one
 * run; otherwise as `agent.user`, or not at all. The claim itself asks again, so that no step slips through in between.
 */
export class BuiltInAgent {
  readonly #options: BuiltInAgentOptions;
  #here: Agent | null = null;
  /** Does its last steps; its folder is not free yet. */
  #leaving: Agent | null = null;
  #asUser: ReturnType<typeof startAgentAsUser> | null = null;
  #stopWatch: () => void = () => {};
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: BuiltInAgentOptions) {
    this.#options = options;
  }

  /** Where steps are done now, and why not otherwise. */
  async state(): Promise<BuiltInState> {
    const { config, store } = this.#options;
    if (!config.agent.builtIn) return off('not-wanted');
    if (config.agent.user !== null) return this.#stateAsUser(config.agent.user);
    const against = againstServersUser(config);
    if (against) return against;
    return (await isAlone(store.db, system.clock.now()))
      ? { state: 'as-the-server', reason: null, text: "The built-in agent runs steps as the server's user." }
      : off('other-users');
  }

  #stateAsUser(name: string): BuiltInState {
    const user = machineUser(name);
    if (!user) return off('no-such-user');
    if (process.getuid?.() !== 0 && process.getuid?.() !== user.uid) return off('needs-root');
    return { state: 'as-a-user', reason: null, text: `The built-in agent runs steps as ${name}.` };
  }

  /** `url`: where the server listens; its agent reaches it there when it is a process of its own. */
  async start(url: string): Promise<BuiltInState> {
    const state = await this.state();
    if (state.state === 'as-a-user') this.#startAsUser(url);
    else if (state.state === 'as-the-server' || state.reason === 'other-users') {
      await this.#follow();
      // users come and go, on other servers of the same database too
      const follow = (): void => {
        this.#turn = this.#turn.then(() => this.#follow()).catch(() => {});
      };
      this.#stopWatch = system.clock.every(1000, follow, { quiet: true });
    }
    return state;
  }

  async #follow(): Promise<void> {
    if (this.#closed) return;
    const wanted = (await this.state()).state === 'as-the-server';
    if (wanted && !this.#here && !this.#leaving) this.#startHere();
    if (wanted || !this.#here) return;
    // what it does it began while it might
    this.#leaving = this.#here;
    this.#here = null;
    void this.#leaving.drain().catch(() => {});
  }

  #startHere(): void {
    const agent = this.#options.startHere(this.#options.onTrouble);
    this.#here = agent;
    const gone = (): void => {
      if (this.#here === agent) this.#here = null;
      if (this.#leaving === agent) this.#leaving = null;
    };
    agent.ended.then(gone, gone);
  }

  #startAsUser(url: string): void {
    const { config, accounts, onTrouble } = this.#options;
    const user = machineUser(config.agent.user!)!;
    const number = createHash('sha256').update(config.data).digest('hex').slice(0, 6);
    const name = `${builtInPrefix}${hostname()}-${user.name}-${number}`;
    const scopes = ['agent-work'] as const;
    const token = accounts.lend({ name, role: 'admin', via: 'token', scopes, grants: [], agent: { name, labels: [] } });
    const { properties, environment: allow } = config.agent;
    const order: AgentAsUser['order'] = {
      server: reachable(url),
      token,
      // beside the data folder, which only the server may enter
      home: join(dirname(config.data), `${basename(config.data)}-agent`),
      name,
      properties,
      allow,
    };
    try {
      this.#asUser = startAgentAsUser({ user, order, environment: allowedEnvironment(process.env, allow), onTrouble });
    } catch (error) {
      onTrouble((error as Error).message);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWatch();
    await this.#turn;
    await Promise.all([this.#here?.stop(), this.#leaving?.stop(), this.#asUser?.stop('stop')]);
  }
}

/** An address of this machine where the server listens at all of them. */
function reachable(url: string): string {
  return url.replace(/^(https?:\/\/)(0\.0\.0\.0|\[::\])/, '$1127.0.0.1');
}
