import { fillFleet } from '../../bench/fill-fleet.ts';
import {
  applyPlan,
  beginPlan,
  createPlan,
  openCatalogue,
  type PlanSummary,
  pausePlan,
  saveProcess,
  undoPlan,
} from '../../src/catalogue/index.ts';
import { registerPlugin } from '../../src/catalogue/testing/register-plugin.ts';
import { resumePlan } from '../../src/catalogue/testing/resume-plan.ts';
import type { ProcessDocument } from '../../src/process/index.ts';
import { sharePlan } from '../../src/service/together/share-plan.ts';
import { fleetPlugin, fleetVersion } from '../fleet.ts';
import { Database } from './database.ts';
import { ProcessLaws } from './process-laws.ts';
import { chunkSize, openServer, type Server, Servers } from './server.ts';
import { WorkPieces } from './work-pieces.ts';
import type { World } from './world.ts';

/**
 * A person upgrades a plugin's processes, lets it rest, goes on, takes it back and does it again, through whichever server
 * lives; others edit the processes meanwhile.
 */
export class UpgradeScene {
  readonly world: World;
  readonly #database: Database;
  readonly #laws: ProcessLaws;
  readonly #processes: number;
  #servers!: Servers;
  #busy = 0;

  constructor(world: World) {
    this.world = world;
    const { choices } = world;
    this.#database = new Database(world, choices.draw(2) === 0 ? 'sqlite' : 'postgres');
    this.#processes = 2 + choices.draw(5);
    this.#laws = new ProcessLaws(world, this.#database);
  }

  async begin(): Promise<void> {
    const { world } = this;
    const { choices } = world;
    await this.#furnish();
    const pieces = this.#database.dialect === 'postgres' ? new WorkPieces() : null;
    this.#servers = new Servers(world, 1 + choices.draw(3), (program) => openServer(program, this.#database, pieces));
    world.invariants.push(() => this.#laws.look());
    this.#busy++;
    this.#upgrade(['apply', 'pause', 'undo', 'again'].filter((act) => act === 'apply' || choices.draw(2) === 1));
    for (let number = 1, editors = choices.draw(3); number <= editors; number++) {
      this.#busy++;
      this.#editor(number, 1 + choices.draw(6));
    }
  }

  get isDone(): boolean {
    return this.#busy === 0;
  }

  /** Before anything can go wrong. */
  async #furnish(): Promise<void> {
    const program = this.world.program('furnishing');
    let done = false;
    program.start(async () => {
      const catalogue = openCatalogue(this.#database.store(program), { user: 'ada', clock: program.clock });
      for (const version of [1, 3] as const)
        await registerPlugin(catalogue, { ...fleetVersion(version), digest: `digest ${version}` });
      await fillFleet(catalogue.store, this.#processes, 0);
      done = true;
    });
    await this.world.run(() => done);
    program.leave();
  }

  #upgrade(acts: readonly string[]): void {
    const person = this.world.program('person');
    this.#person = person;
    person.start(async () => {
      const plan = await this.#plan();
      if (acts.includes('pause')) this.#pauser(plan);
      await this.#patiently('apply', (server) => this.#apply(server, plan));
      await this.#patiently('go on', async (server) =>
        (await this.#goOn(server, plan)).state === 'applied' ? true : null,
      );
      this.#laws.seeDone(plan, 'applied');
      if (acts.includes('undo')) {
        await this.#patiently('undo', async (server) =>
          (await this.#undo(server, plan)).state === 'undone' ? true : null,
        );
        this.#laws.seeDone(plan, 'undone');
        if (acts.includes('again')) {
          const other = await this.#plan();
          await this.#patiently('apply again', async (server) =>
            (await this.#apply(server, other)).state === 'applied' ? true : null,
          );
          this.#laws.seeDone(other, 'applied');
        }
      }
      this.#busy--;
      person.leave();
    });
  }

  /** Somebody else lets it rest in the middle. */
  #pauser(plan: string): void {
    const other = this.world.program('colleague');
    other.start(async () => {
      await other.clock.wait(1 + this.world.choices.draw(5_000));
      const paused = await this.#servers.ask(other, 'pauses', ({ catalogue }) => pausePlan(catalogue, plan));
      if (paused?.state === 'paused')
        this.#laws.rests(plan, this.#database.dialect === 'sqlite' ? 1 : this.#servers.living.length);
      other.leave();
    });
  }

  #person!: ReturnType<World['program']>;

  /** Asks until it is answered, going on from what is there. */
  async #patiently<T>(what: string, act: (server: Server) => Promise<T | null>): Promise<T> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const answer = await this.#servers.ask(this.#person, what, act);
      if (answer !== null) return answer;
      await this.#person.clock.wait(3_000);
    }
    this.world.fail(`in 200 attempts nobody can ${what}`);
    return new Promise(() => {});
  }

  async #plan(): Promise<string> {
    const { id } = await this.#patiently('plans', ({ catalogue }) =>
      createPlan(catalogue, { plugin: fleetPlugin.id, to: 3 }),
    );
    return id;
  }

  /** As the acts of the service do it: on one server alone, or shared by all. */
  async #apply(server: Server, plan: string): Promise<PlanSummary> {
    const { catalogue, queue } = server;
    if (!queue) return (await applyPlan(catalogue, plan, { chunkSize })).plan;
    await beginPlan(catalogue, plan);
    return this.#shared(server, plan, 'apply');
  }

  async #goOn(server: Server, plan: string): Promise<PlanSummary> {
    if (!server.queue) return (await resumePlan(server.catalogue, plan, { chunkSize })).result.plan;
    return this.#apply(server, plan);
  }

  async #undo(server: Server, plan: string): Promise<PlanSummary> {
    if (!server.queue) return (await undoPlan(server.catalogue, plan, { chunkSize })).plan;
    return this.#shared(server, plan, 'undo');
  }

  async #shared(
    { program, catalogue, queue }: Server,
    plan: string,
    direction: 'apply' | 'undo',
  ): Promise<PlanSummary> {
    const never = new AbortController().signal;
    const report = { signal: never, progress: () => {}, part: () => {} };
    const share = { plan, direction, by: catalogue.user };
    return ((await sharePlan(queue!, catalogue, share, report, never, program)) as { plan: PlanSummary }).plan;
  }

  /** Adds a word to a description, again and again; what was saved is told to the laws. */
  #editor(number: number, edits: number): void {
    const program = this.world.program(`editor-${number}`);
    program.start(async () => {
      for (let edit = 1; edit <= edits; edit++) {
        await program.clock.wait(1 + this.world.choices.draw(20_000));
        const word = `word-${number}-${edit}`;
        const id = 1 + this.world.choices.draw(this.#processes);
        const saved = await this.#servers.ask(program, `saves process ${id}`, async ({ catalogue }) => {
          const { db } = catalogue.store;
          const { version, document } = await db
            .selectFrom('process')
            .innerJoin('process_version', (join) =>
              join
                .onRef('process_version.process_id', '=', 'process.id')
                .onRef('process_version.version', '=', 'process.version'),
            )
            .select(['process.version', 'document'])
            .where('process.id', '=', id)
            .executeTakeFirstOrThrow();
          const read = JSON.parse(document) as ProcessDocument;
          const edited = { ...read, description: `${read.description} ${word}` };
          return saveProcess(catalogue, { id: String(id), expectedVersion: version, document: edited });
        });
        if (saved) this.#laws.saved(id, saved.version, word);
      }
      this.#busy--;
      program.leave();
    });
  }

  async finish(): Promise<void> {
    this.#laws.lookAtEnd();
    this.#database.close();
  }
}
