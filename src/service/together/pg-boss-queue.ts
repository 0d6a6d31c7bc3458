import { type Job, PgBoss } from 'pg-boss';
import { LockstepError } from '../../failure/index.ts';
import { isPassing } from './passing-error.ts';
import type { Outstanding, WorkHandler, WorkKind, WorkQueue } from './work-queue.ts';

/**
 * Seconds after which the work of a silent server is given to another one. pg-boss takes no shorter one. A live server
 * renews its lease every 5 seconds; a look for expired ones every second.
 */
const leaseSeconds = 10;

interface Piece {
  readonly key: string;
  readonly data: unknown;
}

/** Work shared through pg-boss, in a schema of its own beside ours. */
export async function openSharedQueue(address: string, onError: (error: Error) => void): Promise<WorkQueue> {
  const boss = new PgBoss({
    connectionString: address,
    schema: 'lockstep_work',
    application_name: 'lockstep work',
    max: 4,
    connectionTimeoutMillis: 5_000,
    // a database that went silent must not hold a heartbeat for ever
    ...({ query_timeout: 10_000, keepAlive: true } as object),
    schedule: false,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    monitorVacuum: false,
    reindex: false,
  });
  boss.on('error', onError);
  await boss.start();
  return new SharedQueue(boss);
}

class SharedQueue implements WorkQueue {
  readonly #boss: PgBoss;
  readonly #made = new Set<WorkKind>();
  readonly #workers = new Map<WorkKind, string>();

  constructor(boss: PgBoss) {
    this.#boss = boss;
  }

  async handle(kind: WorkKind, handler: WorkHandler): Promise<void> {
    await this.#queue(kind);
    // a batch at a time: single fetches are some hundred times slower, and other servers want a share too
    const options = { batchSize: 2, pollingIntervalSeconds: 1, perJobResults: true } as const;
    const worker = await this.#boss.work<Piece>(kind, options, async (jobs: Job<Piece>[]) =>
      Promise.all(jobs.map((job) => this.#perform(job, handler))),
    );
    this.#workers.set(kind, worker);
  }

  async add(kind: WorkKind, key: string, pieces: readonly object[]): Promise<void> {
    await this.#queue(kind);
    await this.#boss.insert(
      kind,
      pieces.map((data) => ({ data: { key, data } })),
    );
    // one of our own need not wait for its next look
    const worker = this.#workers.get(kind);
    if (worker !== undefined) this.#boss.notifyWorker(worker);
  }

  async addHourly(kind: WorkKind): Promise<void> {
    await this.#queue(kind);
    await this.#boss.send(kind, { key: kind, data: {} }, { singletonKey: kind, singletonSeconds: 3600 });
  }

  async outstanding(kind: WorkKind, key: string): Promise<Outstanding> {
    const jobs = await this.#boss.findJobs<Piece>(kind, { data: { key } });
    const failed = jobs.find(({ state }) => state === 'failed');
    return {
      pieces: jobs.filter(({ state }) => state === 'created' || state === 'active' || state === 'retry').length,
      failure: failed ? failureOf(failed.output) : null,
      results: jobs.filter(({ state }) => state === 'completed').map(({ output }) => output),
    };
  }

  async cancel(kind: WorkKind, key: string): Promise<void> {
    const jobs = await this.#boss.findJobs<Piece>(kind, { data: { key } });
    const open = jobs.filter(({ state }) => state === 'created' || state === 'active' || state === 'retry');
    if (open.length > 0)
      await this.#boss.cancel(
        kind,
        open.map(({ id }) => id),
      );
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: 10_000 });
  }

  async #queue(kind: WorkKind): Promise<void> {
    if (this.#made.has(kind)) return;
    await this.#boss.createQueue(kind, {
      heartbeatSeconds: leaseSeconds,
      expireInSeconds: 12 * 3600,
      retryLimit: 1000,
      retryDelay: 1,
      deleteAfterSeconds: 3600,
    });
    this.#made.add(kind);
  }

  async #perform({ id, data, signal, retryCount }: Job<Piece>, handler: WorkHandler) {
    try {
      const output = await handler({ data: data.data, signal, again: retryCount > 0 });
      return { id, status: 'completed' as const, ...(isObject(output) && { output }) };
    } catch (error) {
      // a failed piece is tried again, here or elsewhere; the other state is pg-boss's word for giving up
      return {
        id,
        status: isPassing(error) || signal.aborted ? ('failed' as const) : ('deadletter' as const),
        output: describe(error),
      };
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function describe(thrown: unknown): NonNullable<Outstanding['failure']> {
  if (thrown instanceof LockstepError) {
    return { code: thrown.code, message: thrown.message, hint: thrown.hint ?? null };
  }
  return { code: 'internal', message: (thrown as Error)?.message ?? String(thrown), hint: null };
}

function failureOf(output: unknown): Outstanding['failure'] {
  const { code, message, hint } = (output ?? {}) as { code?: string; message?: string; hint?: string };
  return { code: code ?? 'internal', message: message ?? 'The work failed.', hint: hint ?? null };
}
