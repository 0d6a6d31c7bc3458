import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import type { Random } from '../../ports/index.ts';
import { lockFolder } from '../../store/index.ts';
import { killLeftover } from '../step/child-process.ts';

/** An agent's folder, held by one agent at a time, with a number of its own that stays. */
export interface AgentHome {
  readonly folder: string;
  /** Tells this folder from every other one. */
  readonly id: string;
  /** The machine and a short number from the folder: build-7-48213. */
  readonly name: string;
  readonly host: string;
  /** The start of this machine; empty where the system does not tell. */
  readonly boot: string;
  /** How often an agent has begun in this folder, this one included. */
  readonly life: number;
  close(): void;
}

/**
 * Takes an agent's folder, which is made where there is none, and clears what a former agent left in it. Throws `data-busy` while
 * another agent lives in it: two would take each other's work away.
 */
export function openAgentHome(folder: string, random: Random): AgentHome {
  mkdirSync(folder, { recursive: true });
  const unlock = lockFolder(join(folder, 'lock'), {
    what: `The agent's folder ${folder}`,
    hint: 'Each agent needs a folder of its own: give this one another with --home.',
  });
  try {
    const { id, number, life } = beginLife(join(folder, 'agent.json'), random);
    clearLeftovers(folder);
    const host = hostname();
    return { folder, id, name: `${host}-${number}`, host, boot: bootOf(), life, close: unlock };
  } catch (error) {
    unlock();
    throw error;
  }
}

interface Identity {
  readonly id: string;
  readonly number: number;
  readonly life: number;
}

/** Who this is, and that it begins once more: written before any server hears of it. */
function beginLife(file: string, random: Random): Identity {
  const former = readIdentity(file) ?? {
    ...{ id: random.uuid(), number: 10_000 + (random.bytes(4).readUInt32BE() % 90_000), life: 0 },
  };
  const begun = { ...former, life: former.life + 1 };
  writeFileSync(`${file}.new`, `${JSON.stringify(begun)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return begun;
}

function readIdentity(file: string): Identity | null {
  if (!existsSync(file)) return null;
  try {
    const { id, number, life = 0 } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Identity>;
    if (typeof id === 'string' && id !== '' && Number.isInteger(number) && Number.isInteger(life))
      return { id, number: number!, life };
  } catch {
    // said below
  }
  throw new LockstepError('file-unreadable', `${file} does not say which agent this folder is of.`, {
    hint: 'Delete that file: the agent begins as a new one.',
  });
}

function bootOf(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** Ends what an agent that was killed left running, and takes away its files. */
function clearLeftovers(home: string): void {
  // what it had not sent yet belongs to steps that are not its own any more
  for (const name of ['logs', 'artefacts']) rmSync(join(home, name), { recursive: true, force: true });
  const steps = join(home, 'steps');
  if (!existsSync(steps)) return;
  for (const name of readdirSync(steps)) {
    try {
      killLeftover(JSON.parse(readFileSync(join(steps, name, 'process.json'), 'utf8')));
    } catch {
      // it had not begun
    }
    rmSync(join(steps, name), { recursive: true, force: true });
  }
}
