import type { Operation } from '../../src/api/operations.ts';
import type { Database } from './database.ts';
import type { HearingParts } from './hearing.ts';
import type { Program } from './program.ts';
import type { World } from './world.ts';

/** What must be true of servers that tell each other what happens. */
export class HearingLaws {
  readonly #world: World;
  readonly #database: Database;
  readonly #servers = new Map<Program, HearingParts>();
  readonly #asked = new Set<string>();
  readonly #promised = new Set<string>();

  constructor(world: World, database: Database) {
    this.#world = world;
    this.#database = database;
  }

  begins(program: Program, parts: HearingParts): void {
    this.#servers.set(program, parts);
    program.onDeath(() => this.#servers.delete(program));
  }

  /** Somebody asks for this work to be stopped. */
  asked(operation: string): void {
    this.#asked.add(operation);
  }

  /** … and was told that it will. */
  promised(operation: string): void {
    this.#promised.add(operation);
  }

  look(): void {
    for (const [{ name }, { own, settings }] of this.#servers) {
      for (const { id, state } of own.list())
        if (state === 'fail' && !this.#asked.has(id)) this.#world.fail(`${name} stopped ${id}, which nobody asked for`);
      // it is never taken back: who has known it knows it
      const { source } = settings.view('locale');
      if (source === 'stored') this.#known.add(settings);
      else if (this.#known.has(settings)) this.#world.fail(`${name} knows no locale any more`);
    }
  }

  readonly #known = new Set<object>();

  /** What a server says of all long work. */
  shows(name: string, operations: readonly Operation[]): void {
    const living = [...this.#servers.values()];
    for (const { id, reason } of operations) {
      const owner = living.find((one) => id.startsWith(`${one.name}-`));
      if (owner && reason?.code === 'server-unreachable')
        this.#world.fail(`${name} does not hear ${owner.name} any more, which lives`);
    }
  }

  lookAtEnd(): void {
    this.look();
    const [row] = this.#database.rows<{ value: string }>("select value from setting where key = 'host.locale'");
    const stored = row ? (JSON.parse(row.value) as string) : null;
    for (const [{ name }, { own, settings }] of this.#servers) {
      const { locale } = settings.get();
      if (locale !== stored) this.#world.fail(`${name} goes by the locale ${locale}, and ${stored} is set`);
      for (const { id, endedAt } of own.list())
        if (endedAt === null && this.#promised.has(id))
          this.#world.fail(`${name} still does ${id}, which was to be stopped`);
    }
  }
}
