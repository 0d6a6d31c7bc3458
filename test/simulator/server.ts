import { type Catalogue, joinPlan, openCatalogue, undoPlan } from '../../src/catalogue/index.ts';
import { LockstepError } from '../../src/failure/index.ts';
import type { PlanShare } from '../../src/service/together/share-plan.ts';
import type { WorkQueue } from '../../src/service/together/work-queue.ts';
import type { Database } from './database.ts';
import type { Program } from './program.ts';
import type { WorkPieces } from './work-pieces.ts';
import type { World } from './world.ts';

/** Few at a time, so that a plan takes several transactions. */
export const chunkSize = 2;

/** One server in one of its lives. */
export interface Server {
  readonly program: Program;
  readonly catalogue: Catalogue;
  /** Null on SQLite, where each server does its work itself. */
  readonly queue: WorkQueue | null;
}

/** Servers on one database; each begins again some seconds after it died. */
export class Servers<S extends { readonly program: Program } = Server> {
  readonly world: World;
  readonly living: S[] = [];
  readonly isAlone: boolean;
  readonly #open: (program: Program) => S;

  constructor(world: World, count: number, open: (program: Program) => S) {
    this.world = world;
    this.isAlone = count === 1;
    this.#open = open;
    for (let number = 1; number <= count; number++) this.#begin(`server-${number}`);
  }

  #begin(name: string): void {
    const program = this.world.program(name);
    const server = this.#open(program);
    this.living.push(server);
    program.onDeath(() => {
      this.living.splice(this.living.indexOf(server), 1);
      this.world.after(1000 * (1 + this.world.choices.draw(10)), () => this.#begin(name));
    });
  }

  /** Asks a living server for something, as a person does; null where it died, or said that it cannot now. */
  async ask<T>(asking: Program, what: string, act: (server: S) => Promise<T>): Promise<T | null> {
    while (this.living.length === 0) await asking.clock.wait(1000);
    const server = this.world.choices.pick(this.living);
    return asking.waitFor(
      new Promise((resolve) => {
        let answered = false;
        const answer = (value: T | null, said: string): void => {
          if (answered) return;
          answered = true;
          this.world.note(asking.name, `${what} — ${server.program.name}: ${said}`);
          resolve(value);
        };
        server.program.onDeath(() => answer(null, 'no answer any more'));
        server.program.start(async () => {
          try {
            answer(await act(server), 'done');
          } catch (error) {
            if (!(error instanceof LockstepError)) throw error;
            answer(null, error.code);
          }
        });
      }),
    );
  }
}

/** One that works on plans. */
export function openServer(program: Program, database: Database, pieces: WorkPieces | null): Server {
  const catalogue = openCatalogue(database.store(program), { user: program.name, clock: program.clock });
  const queue = pieces?.open(program) ?? null;
  void queue?.handle('plan', ({ data, signal }) => share(catalogue, data as PlanShare, signal));
  return { program, catalogue, queue };
}

/** As `planShareHandler` does it, in smaller chunks. */
async function share(catalogue: Catalogue, { plan, direction }: PlanShare, signal: AbortSignal): Promise<unknown> {
  const { state } =
    direction === 'apply'
      ? (await joinPlan(catalogue, plan, { signal, chunkSize })).plan
      : (await undoPlan(catalogue, plan, { signal, chunkSize })).plan;
  return { state };
}
