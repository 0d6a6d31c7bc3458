import { LockstepError } from '../../src/failure/index.ts';
import { Settings } from '../../src/host/settings.ts';
import { EventHub } from '../../src/service/operations/event-hub.ts';
import { Operations } from '../../src/service/operations/operations.ts';
import { type Hearing, hearOthers } from '../../src/service/together/hear-others.ts';
import { Database } from './database.ts';
import { HearingLaws } from './hearing-laws.ts';
import { Lines } from './lines.ts';
import type { Program } from './program.ts';
import { Servers } from './server.ts';
import { calm } from './weather.ts';
import type { World } from './world.ts';

/** A server among others: what it tells and hears, and what it knows of the settings and of who works on what. */
export interface HearingServer {
  readonly program: Program;
  /** Once it has begun. */
  readonly parts: Promise<HearingParts>;
}

export interface HearingParts {
  readonly name: string;
  readonly settings: Settings;
  readonly events: EventHub;
  readonly own: Operations;
  readonly hearing: Hearing;
}

/** As long as an answer from the storm may still come, and then until everybody has looked again. */
const quiet = 110_000;

/**
 * Servers on one PostgreSQL tell each other what happens, over lines that break. People change settings at one server, and stop
 * long work through another one; all have to know in the end, whoever was told.
 */
export class HearingScene {
  readonly world: World;
  readonly #database: Database;
  readonly #lines = new Lines();
  readonly #laws: HearingLaws;
  #servers!: Servers<HearingServer>;
  #busy = 0;
  #calmSince: number | null = null;

  constructor(world: World) {
    this.world = world;
    this.#database = new Database(world, 'postgres');
    this.#laws = new HearingLaws(world, this.#database);
  }

  begin(): void {
    const { world } = this;
    const { choices } = world;
    this.#servers = new Servers(world, 2 + choices.draw(2), (program) => this.#open(program));
    world.invariants.push(() => this.#laws.look());
    for (let number = 1, people = 1 + choices.draw(2); number <= people; number++) {
      this.#busy += 2;
      this.#setter(`person-${number}`, 1 + choices.draw(4));
      this.#operator(`operator-${number}`, 1 + choices.draw(3));
    }
  }

  /** Everybody is done, and nothing has gone wrong for long enough. */
  get isDone(): boolean {
    if (this.world.weather !== calm || this.#busy > 0) return false;
    this.#calmSince ??= this.world.now;
    return this.world.now - this.#calmSince > quiet;
  }

  #open(program: Program): HearingServer {
    const parts = Promise.withResolvers<HearingParts>();
    program.start(async () => {
      try {
        const store = this.#database.store(program);
        const { clock, random } = program;
        const name = random.bytes(4).toString('hex');
        const settings = await Settings.open(store, { cache: '/cache', plugins: '/plugins' });
        const events = new EventHub({ clock });
        const own = new Operations(events, name, clock);
        const host = { settings, followAll: async () => {}, update: () => ({ done: Promise.resolve() }) as never };
        const hearing = await hearOthers(
          { id: name, url: '', store, events, operations: own, host },
          (options) => this.#lines.open(program, options),
          clock,
        );
        const made = { name, settings, events, own, hearing };
        this.#laws.begins(program, made);
        parts.resolve(made);
      } catch (error) {
        if (!(error instanceof LockstepError)) throw error;
        program.die(`cannot begin: ${error.code}`);
      }
    });
    return { program, parts: parts.promise };
  }

  #setter(name: string, changes: number): void {
    const program = this.world.program(name);
    program.start(async () => {
      for (let change = 1; change <= changes; change++) {
        await program.clock.wait(1 + this.world.choices.draw(60_000));
        const value = `fr_${'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[this.#changes++ % 26]}A`;
        await this.#servers.ask(program, `sets ${value}`, async ({ program: server, parts }) => {
          const { settings, events } = await server.waitFor(parts);
          await settings.set('locale', value);
          events.publish({ topic: 'settings' });
          return true;
        });
      }
      this.#busy--;
      program.leave();
    });
  }

  #changes = 0;

  /** Begins long work at one server, and stops it through whichever answers. */
  #operator(name: string, times: number): void {
    const program = this.world.program(name);
    program.start(async () => {
      for (let time = 1; time <= times; time++) {
        const begun = await this.#servers.ask(program, 'begins work', async ({ program: server, parts }) => {
          const { own } = await server.waitFor(parts);
          const work = { kind: 'check', subject: null, label: 'Check', by: name };
          return own.start(work, ({ signal }) => server.clock.wait(3_600_000, signal)).id;
        });
        if (begun === null) continue;
        await program.clock.wait(1 + this.world.choices.draw(20_000));
        for (let attempt = 0; attempt < 5; attempt++) {
          const stopped = await this.#servers.ask(program, 'stops it', async ({ program: server, parts }) => {
            const { hearing } = await server.waitFor(parts);
            this.#laws.asked(begun);
            await hearing.operations.remove(begun);
            return true;
          });
          if (stopped) {
            this.#laws.promised(begun);
            break;
          }
          await program.clock.wait(2_000);
        }
      }
      this.#busy--;
      program.leave();
    });
  }

  /** Each living server also says of the others' work what is true of it. */
  async finish(): Promise<void> {
    const program = this.world.program('judge');
    let done = false;
    program.start(async () => {
      for (const { program: server, parts } of [...this.#servers.living]) {
        const { name, hearing } = await program.waitFor(server.waitFor(parts));
        const shown = await program.waitFor(hearing.operations.list());
        this.#laws.shows(name, shown);
      }
      done = true;
    });
    if (!(await this.world.run(() => done))) this.world.fail('the servers cannot be judged');
    this.#laws.lookAtEnd();
    this.#database.close();
  }
}
