import type { Problem } from '../../src/failure/index.ts';

/** One parser under fire. Its seeds are the files of `seeds/<name>/`. */
export interface FuzzTarget {
  readonly name: string;
  /** Words that mean something to this parser; mutations insert them. */
  readonly words: readonly string[];
  /** Reads the input and checks what must hold of the result; what it throws is judged by `judge`. */
  check(input: Uint8Array): void | Promise<void>;
  /** Turns the mutated bytes into what the parser gets: a tar mended and packed again, for example. */
  shape?(input: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** What a check throws where the parser gave a result that breaks a law. */
export class BrokenLaw extends Error {}

export function law(holds: boolean, text: string): asserts holds {
  if (!holds) throw new BrokenLaw(text);
}

/** Every place that is told lies inside the text. */
export function placesInside(text: string, problems: Iterable<Pick<Problem, 'where'>>): void {
  const lines = text.split(/\r\n|\r|\n/);
  for (const { where } of problems) {
    if (!where) continue;
    const { line, column } = where;
    law(line >= 1 && line <= lines.length, `line ${line} of ${lines.length} is told`);
    law(column >= 1 && column <= lines[line - 1]!.length + 2, `column ${column} of line ${line} is told`);
  }
}

export function textOf(input: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(input);
}
