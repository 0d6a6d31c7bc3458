/**
 * Kills publishers at random instants and looks at the channels all the time: what a reader sees is whole, always.
 * As a command (`npm run chaos:repository`) it takes the number of rounds, 300 unless given.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { LockstepError, type Problem } from '../../src/failure/index.ts';
import {
  channelSigner,
  folderStorage,
  type IndexEntry,
  initTrust,
  openChannel,
  type Repository,
  storedRepository,
} from '../../src/repository/index.ts';

export interface ChaosReport {
  readonly kills: number;
  /** Publications that a kill came too late for. */
  readonly survived: number;
  /** How often the whole of an offer was read and checked while publishers ran. */
  readonly reads: number;
}

interface NoOffer {
  readonly problems: readonly Problem[];
  readonly index: ReadonlyMap<string, IndexEntry>;
  readonly readPackage: (entry: IndexEntry) => Promise<unknown>;
}

const worker = join(import.meta.dirname, 'publish-worker.ts');

/** Runs the rounds, each with one publisher that is killed; throws at the first offer that is not whole. */
export async function chaosRepository({ rounds, signed }: { rounds: number; signed: boolean }): Promise<ChaosReport> {
  const base = await mkdtemp(join(tmpdir(), 'lockstep-chaos-'));
  const folder = join(base, 'repository');
  const keys = signed ? join(base, 'keys') : '';
  const repository = storedRepository(folderStorage(folder), { signer: channelSigner({ keys: keys || null }) });
  if (signed) await initTrust(folderStorage(folder), { keys });
  let child: ChildProcess | null = null;
  let survived = 0;
  let reads = 0;
  try {
    const duration = await measure(startWorker(folder, keys, 'p', 1, 1));
    for (let round = 1; round <= rounds; round++) {
      child = startWorker(folder, keys, 'p', round + 1, round + 1);
      const exit = once(child, 'exit');
      await once(child, 'message');
      const reading = readUntil(exit, async () => {
        await assertWhole(repository, folder, signed ? join(base, 'seen') : null);
        reads++;
      });
      await Promise.race([exit, wait(Math.random() * duration * 1.1)]);
      child.kill('SIGKILL');
      const [code] = await exit;
      if (code === 0) survived++;
      await reading;
      await assertWhole(repository, folder, signed ? join(base, 'seen') : null);
    }
    await measure(startWorker(folder, keys, 'p', rounds + 2, rounds + 2));
    await assertWhole(repository, folder, signed ? join(base, 'seen') : null);
    await assertTidy(repository, folder, rounds + 2);
    return { kills: rounds - survived, survived, reads };
  } finally {
    child?.kill('SIGKILL');
    await rm(base, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function startWorker(folder: string, keys: string, prefix: string, first: number, last: number): ChildProcess {
  return fork(worker, [folder, keys, prefix, String(first), String(last)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Milliseconds from ready to done. */
async function measure(child: ChildProcess): Promise<number> {
  await once(child, 'message');
  const start = performance.now();
  await once(child, 'message');
  const duration = performance.now() - start;
  await once(child, 'exit');
  return duration;
}

async function readUntil(end: Promise<unknown>, read: () => Promise<void>): Promise<void> {
  let ended = false;
  void end.then(() => {
    ended = true;
  });
  while (!ended) await read();
}

/** Every offer names files that are there with the right bytes; its plugins have one version, or two at a kill's edge. */
async function assertWhole(repository: Repository, folder: string, seen: string | null): Promise<void> {
  for (const channel of ['testing', 'stable']) {
    const { problems } = await repository.verify(channel).catch(noneYet);
    if (problems.length > 0) throw new Error(`${channel}: ${problems.map(({ message }) => message).join(' ')}`);
    const { index } = await repository.readOffer(channel).catch(noneYet);
    const versions = new Set([...index.values()].map(({ version }) => version));
    if (versions.size > 1) throw new Error(`${channel} offers a mixture: ${[...versions].join(', ')}`);
    if (seen === null) continue;
    const trust = { folder: join(seen, channel) };
    const offer = await openChannel(join(folder, 'plugins/1', channel), { trust })
      .readOffer()
      .catch(noneYet);
    for (const entry of offer.index.values()) await offer.readPackage(entry);
  }
}

function noneYet(error: unknown): NoOffer {
  if (!(error instanceof LockstepError) || error.code !== 'channel-not-found') throw error;
  return { problems: [], index: new Map(), readPackage: async () => {} };
}

/** After an undisturbed publication nothing is left of the killed ones, and the history has no gap. */
async function assertTidy(repository: Repository, folder: string, version: number): Promise<void> {
  for (const channel of ['testing', 'stable']) {
    const { index } = await repository.readOffer(channel);
    if (![...index.values()].every((entry) => entry.version === String(version)))
      throw new Error(`${channel} is not at ${version}`);
    const left = (await readdir(join(folder, 'plugins/1', channel))).filter((name) => name.startsWith('.incoming'));
    if (left.length > 0) throw new Error(`${channel} still holds ${left.join(', ')}`);
    const generations = (await repository.history(channel)).map(({ generation }) => generation);
    const gap = generations.find((generation, at) => generation !== at + 1);
    if (gap !== undefined) throw new Error(`${channel} has a gap before generation ${gap}`);
  }
}

if (process.argv[1] === import.meta.filename) {
  const rounds = Number(process.argv[2] ?? 300);
  for (const signed of [false, true]) {
    const report = await chaosRepository({ rounds, signed });
    process.stdout.write(`${signed ? 'signed' : 'unsigned'}: ${JSON.stringify(report)}\n`);
  }
}
