import type { Messages, MessagesOptions } from '../../src/store/index.ts';
import type { Program } from './program.ts';

interface Line {
  readonly program: Program;
  readonly options: MessagesOptions;
  isUp: boolean;
}

/**
 * LISTEN and NOTIFY of the modelled PostgreSQL: who has a line hears what others say while it stands. A line that breaks loses what
 * is said until it stands again, of which only its own end is told; what its owner says meanwhile nobody hears. Words may come
 * late, twice and in another order, which is more than PostgreSQL does.
 */
export class Lines {
  readonly #lines = new Set<Line>();

  open(program: Program, options: MessagesOptions): Promise<Messages> {
    const { world } = program;
    const line: Line = { program, options, isUp: true };
    program.onDeath(() => this.#lines.delete(line));
    const say = (message: object): void => {
      const text = JSON.stringify(message);
      // before anybody has it
      if (line.isUp && world.choices.happens(world.weather.brokenLine)) this.break(line);
      if (!program.alive || !line.isUp) world.note(program.name, 'tells nobody: its line is broken');
      else for (const other of this.#lines) if (other !== line) this.#tell(other, text, program.name);
    };
    return program.call('listens', () => {
      this.#lines.add(line);
      return {
        send: say,
        sent: async () => {},
        close: async () => {
          this.#lines.delete(line);
        },
      };
    });
  }

  /** Of the program that has it. */
  breakFor(program: Program): void {
    for (const line of this.#lines) if (line.program === program) this.break(line);
  }

  break(line: Line): void {
    if (!line.isUp) return;
    const { program } = line;
    const { world } = program;
    const away = 500 * 2 ** world.choices.draw(8);
    line.isUp = false;
    world.note(program.name, `its line breaks, for ${away / 1000} s`);
    world.after(away, () => {
      if (!program.alive || !this.#lines.has(line)) return;
      line.isUp = true;
      world.note(program.name, 'its line stands again');
      line.options.onAgain();
    });
  }

  #tell(line: Line, text: string, from: string): void {
    const { program, options } = line;
    const { world } = program;
    const { weather, choices } = world;
    const times = choices.happens(weather.doubled) ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const late = choices.happens(weather.late) ? 1000 * 2 ** choices.draw(7) : 0;
      world.after(1 + choices.draw(12) + late, () => {
        if (!program.alive || !this.#lines.has(line)) return;
        if (choices.happens(weather.brokenLine)) this.break(line);
        if (!line.isUp) return world.note(program.name, `does not hear ${from}: its line is broken`);
        world.note(program.name, `hears ${from}${late ? ` (${late / 1000} s late)` : ''}`);
        options.onMessage(JSON.parse(text) as object);
      });
    }
  }
}
