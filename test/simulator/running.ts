import { LockstepError } from '../../src/failure/index.ts';
import { startAgent } from '../../src/run/index.ts';
import type { RunState } from '../../src/run/run-state.ts';
import { agentLine } from './agent-line.ts';
import { Database } from './database.ts';
import type { Program } from './program.ts';
import { plugins, processCount } from './run-documents.ts';
import { RunLaws } from './run-laws.ts';
import { noScripts, openRunServer, type RunServer } from './run-server.ts';
import { Servers } from './server.ts';
import { simulatedBench } from './simulated-bench.ts';
import type { World } from './world.ts';

/**
 * People have processes run, cancel some and go on with what failed; agents take the steps by lease, from whichever server
 * lives, and somebody says of steps that nobody heard of what became of them.
 */
export class RunScene {
  readonly world: World;
  readonly #database: Database;
  readonly #laws: RunLaws;
  #servers!: Servers<RunServer>;
  #busy = 0;

  constructor(world: World) {
    this.world = world;
    this.#database = new Database(world, world.choices.draw(2) === 0 ? 'sqlite' : 'postgres');
    this.#laws = new RunLaws(world, this.#database);
  }

  begin(): void {
    const { world } = this;
    const { choices } = world;
    const database = this.#database;
    const laws = this.#laws;
    const builtIn = choices.draw(3) === 2;
    // SQLite has one server, and one that begins anew
    const count = database.dialect === 'sqlite' ? 1 : 1 + choices.draw(3);
    this.#servers = new Servers(world, count, (program) => openRunServer(program, { database, laws, builtIn }));
    world.invariants.push(() => laws.look());
    for (let number = 1, agents = (builtIn ? 0 : 1) + choices.draw(3); number <= agents; number++)
      this.#agent(`agent-${number}`);
    for (let number = 1, people = 1 + choices.draw(3); number <= people; number++) {
      this.#busy++;
      this.#person(`person-${number}`, 1 + choices.draw(2));
    }
    this.#caretaker();
  }

  get isDone(): boolean {
    return this.#busy === 0 && this.#laws.allEnded;
  }

  #agent(name: string): void {
    const program = this.world.program(name);
    program.onDeath(() => this.world.after(1000 * (1 + this.world.choices.draw(20)), () => this.#agent(name)));
    program.start(async () => {
      const agent = startAgent({
        ...{ port: agentLine(program, this.#servers, this.#laws), name, slots: 2, home: '/agent' },
        ...{ scripts: noScripts, ports: program, pluginFolder: plugins.folder },
        workbench: simulatedBench(program, this.#laws, name),
      });
      await program.waitFor(agent.ended.catch(() => {}));
      // its name was taken: whoever watches over it starts it again
      if (program.alive) program.die('ends');
    });
  }

  /** Requests runs, one after the other, and waits for the end of each; is patient with servers, not always with runs. */
  #person(name: string, runs: number): void {
    const program = this.world.program(name);
    program.start(async () => {
      for (let number = 0; number < runs; number++) {
        const processId = String(1 + this.world.choices.draw(processCount));
        const run = await this.#ask(program, `runs process ${processId}`, async ({ runs }) => {
          const { id } = await runs.request({ processId, by: name });
          this.#laws.requested(id);
          return id;
        });
        const impatient = this.world.choices.draw(6) === 5;
        if (impatient) {
          await program.clock.wait(1 + this.world.choices.draw(8_000));
          await this.#servers.ask(program, 'cancels', ({ runs }) => runs.cancel(run, name));
        }
        const state = await this.#follow(program, run);
        if (state === 'failed' && this.world.choices.draw(2) === 1) {
          this.#laws.retried(run);
          await this.#servers.ask(program, 'goes on', ({ runs }) => runs.retry(run, name));
          await this.#follow(program, run);
        }
      }
      this.#busy--;
      program.leave();
    });
  }

  async #follow(program: Program, run: string): Promise<string> {
    for (let look = 0; look < 400; look++) {
      await program.clock.wait(3_000);
      const { state } = await this.#ask(program, 'looks', ({ runs }) => runs.summary(run));
      if (!['running', 'waiting', 'cancelling'].includes(state)) return state;
    }
    this.world.fail(`the run ${run} does not end`);
    return new Promise(() => {});
  }

  async #ask<T>(program: Program, what: string, act: (server: RunServer) => Promise<T>): Promise<T> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const answer = await this.#servers.ask(program, what, act);
      if (answer !== null) return answer;
      await program.clock.wait(2_000);
    }
    this.world.fail(`in 200 attempts nobody ${what}`);
    return new Promise(() => {});
  }

  /** Does tasks, and says what became of steps of which nobody knows. */
  #caretaker(): void {
    const program = this.world.program('caretaker');
    program.start(async () => {
      for (;;) {
        await program.clock.wait(4_000);
        for (const { run, key, outcome } of this.#asked()) {
          const answer = { by: 'caretaker', outcome };
          await this.#servers.ask(program, `says of ${key}: ${outcome}`, async ({ runs }) => {
            this.#laws.answered(run, key);
            return runs.answer(run, key, answer).catch((error) => {
              if (!(error instanceof LockstepError) || error.code !== 'run-state') throw error;
            });
          });
        }
      }
    });
  }

  #asked() {
    const rows = this.#database.rows<{ run_id: string; state: string }>(
      "select run_id, state from run where status = 'running' and asking > 0",
    );
    return rows.flatMap(({ run_id: run, state }) =>
      Object.entries((JSON.parse(state) as RunState).activities).flatMap(([key, { state: now }]) => {
        const outcome = now === 'asking' ? 'success' : now === 'uncertain' ? this.#laws.whatBecameOf(run, key) : null;
        return outcome === null ? [] : [{ run, key, outcome } as const];
      }),
    );
  }

  async finish(): Promise<void> {
    this.#laws.lookAtEnd();
    this.#database.close();
  }
}
