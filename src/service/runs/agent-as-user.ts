import { type ChildProcess, fork } from 'node:child_process';
import { chownSync, lstatSync, mkdirSync } from 'node:fs';
import { system } from '../../ports/index.ts';
import type { AgentOrder, AgentProcessEvent } from './agent-process.ts';
import type { MachineUser } from './machine-user.ts';

export interface AgentAsUser {
  readonly user: MachineUser;
  readonly order: AgentOrder;
  readonly environment: Readonly<Record<string, string>>;
  readonly onTrouble: (message: string) => void;
}

/**
 * Starts the server's agent as another user of the machine, and again when it dies. Its folder is that user's and no other's, and
 * nothing in it is touched by the server, so that no step leads the server anywhere by a link.
 */
export function startAgentAsUser({ user, order, environment, onTrouble }: AgentAsUser): {
  stop: (word: 'drain' | 'stop') => Promise<void>;
} {
  let child: ChildProcess | null = null;
  let stopping = false;
  let callOff = (): void => {};

  function start(): void {
    const { uid, gid } = user;
    child = fork(new URL('./agent-process.ts', import.meta.url), {
      uid,
      gid,
      cwd: order.home,
      env: { ...environment, HOME: user.home, USER: user.name, LOGNAME: user.name, SHELL: user.shell },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.send(order, () => {});
    child.on('message', (event: AgentProcessEvent) => {
      if (event.type === 'trouble' || event.type === 'failed') onTrouble(event.message);
    });
    child.on('error', (error) => onTrouble(`It cannot be started as ${user.name}: ${error.message}`));
    child.on('exit', (code, signal) => {
      child = null;
      if (stopping) return;
      onTrouble(`Its process ended (${signal ?? code}); it is started again.`);
      callOff = system.clock.after(5000, start);
    });
  }

  ownFolder(order.home, user);
  start();
  return {
    async stop(word) {
      stopping = true;
      callOff();
      const last = child;
      if (!last) return;
      const ended = new Promise<void>((done) => last.once('exit', () => done()));
      last.send(word, () => {});
      await ended;
    },
  };
}

/** Made where there is none, and the user's alone. */
function ownFolder(folder: string, { uid, gid }: MachineUser): void {
  if (!lstatSync(folder, { throwIfNoEntry: false })) {
    mkdirSync(folder, { mode: 0o700 });
    chownSync(folder, uid, gid);
  }
  const { isDirectory, uid: owner } = ((stat) => ({ isDirectory: stat.isDirectory(), uid: stat.uid }))(
    lstatSync(folder),
  );
  if (!isDirectory || owner !== uid)
    throw new Error(`${folder} is no folder of that user; remove it, or name another data folder`);
}
