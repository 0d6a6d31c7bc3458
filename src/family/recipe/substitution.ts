import type { Script } from 'node:vm';
import { translateRegex } from './basic-regex.ts';

/** A sed script that was understood. `texts` are the scripts as written, one for each `-e`. */
export interface SubstitutionScript {
  readonly texts: readonly string[];
  readonly extended: boolean;
  readonly commands: readonly SubstitutionCommand[];
}

interface SubstitutionCommand {
  /** The lines it is for; null: all. */
  readonly address: { readonly regex: string; readonly flags: string } | number | null;
  readonly act:
    | { readonly kind: 'delete' }
    | {
        readonly kind: 'replace';
        readonly regex: string;
        readonly flags: string;
        readonly replacement: readonly (string | number)[];
        /** From which match of a line on, and whether the later ones as well. */
        readonly occurrence: number;
        readonly global: boolean;
      };
}

/**
 * Reads a sed script of `s/A/B/` (any delimiter; flags `g`, `I`, a number) and `d`, each for all lines, for `/re/` or
 * for line N, joined by `;` or line ends. Throws a plain Error naming whatever else it meets.
 */
export function parseSubstitution(texts: readonly string[], { extended = false } = {}): SubstitutionScript {
  const reader = { text: texts.join('\n'), at: 0, extended };
  const commands: SubstitutionCommand[] = [];
  for (;;) {
    skip(reader, /[\s;]*/y);
    if (reader.at >= reader.text.length) break;
    const address = readAddress(reader);
    skip(reader, /[ \t]*/y);
    commands.push({ address, act: readAct(reader) });
    skip(reader, /[ \t]*/y);
    if (reader.at < reader.text.length && !/[;\n]/.test(reader.text[reader.at]!)) {
      throw new Error(`"${reader.text.slice(reader.at)}" after a command is not understood`);
    }
  }
  return { texts, extended, commands };
}

/** Does to bytes what sed would; a last line without a line end stays without. Throws if it takes more than `limitMs`. */
export function applySubstitution(script: SubstitutionScript, input: Uint8Array, limitMs = 5000): Uint8Array {
  const buffer = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const text = buffer.toString('utf8');
  const isUtf8 = !text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(buffer);
  const run = (): string => substitute(script, isUtf8 ? text : buffer.toString('latin1'));
  const output = script.commands.every(takesNoTime) ? run() : within(limitMs, run);
  return Buffer.from(output, isUtf8 ? 'utf8' : 'latin1');
}

/** Without repetition, choice or groups an expression tries each place of a line once. */
function takesNoTime({ address, act }: SubstitutionCommand): boolean {
  const expressions = [address, act].flatMap((one) =>
    typeof one === 'object' && one !== null && 'regex' in one ? [one.regex] : [],
  );
  return expressions.every((regex) => !/[*+?{|(]/.test(regex));
}

function substitute(script: SubstitutionScript, text: string): string {
  const ended = text.endsWith('\n');
  const lines = (ended ? text.slice(0, -1) : text).split('\n');
  if (text === '') return '';
  const steps = script.commands.map(compileCommand);
  const kept: string[] = [];
  let lastKept = false;
  for (const [index, original] of lines.entries()) {
    let line: string | null = original;
    for (const step of steps) {
      line = step(line, index + 1);
      if (line === null) break;
    }
    lastKept = line !== null;
    if (line !== null) kept.push(line);
  }
  if (kept.length === 0) return '';
  return kept.join('\n') + (ended || !lastKept ? '\n' : '');
}

function compileCommand({ address, act }: SubstitutionCommand): (line: string, number: number) => string | null {
  const concerns =
    address === null
      ? () => true
      : typeof address === 'number'
        ? (_line: string, number: number) => number === address
        : (
            (regex) => (line: string) =>
              regex.test(line)
          )(new RegExp(address.regex, address.flags));
  if (act.kind === 'delete') return (line, number) => (concerns(line, number) ? null : line);
  const regex = new RegExp(act.regex, `${act.flags}g`);
  return (line, number) => {
    if (!concerns(line, number)) return line;
    let count = 0;
    let end = -1;
    return line.replace(regex, (...groups) => {
      const offset = groups.findLast((group) => typeof group === 'number') as number;
      // sed takes no empty match right behind another
      if (groups[0] === '' && offset === end) return '';
      end = offset + groups[0].length;
      count += 1;
      const wanted = act.global ? count >= act.occurrence : count === act.occurrence;
      if (!wanted) return groups[0];
      return act.replacement.map((piece) => (typeof piece === 'string' ? piece : (groups[piece] ?? ''))).join('');
    });
  };
}

interface Reader {
  readonly text: string;
  at: number;
  readonly extended: boolean;
}

function skip(reader: Reader, blank: RegExp): void {
  blank.lastIndex = reader.at;
  reader.at += blank.exec(reader.text)?.[0].length ?? 0;
}

function readAddress(reader: Reader): SubstitutionCommand['address'] {
  const rest = reader.text.slice(reader.at);
  const number = rest.match(/^\d+/)?.[0];
  let address: SubstitutionCommand['address'] = null;
  if (number !== undefined) {
    reader.at += number.length;
    address = Number(number);
  } else if (/^(\/|\\.)/.test(rest)) {
    reader.at += rest.startsWith('/') ? 1 : 2;
    const pattern = readUntil(reader, reader.text[reader.at - 1]!, true);
    const flags = reader.text[reader.at] === 'I' ? 'isu' : 'su';
    if (flags === 'isu') reader.at += 1;
    address = { regex: regexOf(pattern, reader), flags };
  }
  if (address !== null && /^\s*[,!~+]/.test(reader.text.slice(reader.at)))
    throw new Error('ranges and negated addresses are not supported');
  return address;
}

function readAct(reader: Reader): SubstitutionCommand['act'] {
  const name = reader.text[reader.at];
  reader.at += 1;
  if (name === 'd') return { kind: 'delete' };
  if (name !== 's')
    throw new Error(name === undefined ? 'a command is missing' : `the command "${name}" is not supported`);
  const delimiter = reader.text[reader.at];
  if (delimiter === undefined || delimiter === '\n' || delimiter === '\\') throw new Error('"s" has no delimiter');
  reader.at += 1;
  const pattern = readUntil(reader, delimiter, true);
  const replacement = parseReplacement(readUntil(reader, delimiter, false));
  const flags = reader.text.slice(reader.at).match(/^[a-zA-Z0-9]*/)![0];
  reader.at += flags.length;
  const unknown = flags.replace(/[gIi]|[1-9]\d*/g, '');
  if (unknown !== '') throw new Error(`the flag "${unknown}" of "s" is not supported`);
  return {
    kind: 'replace',
    regex: regexOf(pattern, reader),
    flags: /i/i.test(flags) ? 'isu' : 'su',
    replacement,
    occurrence: Number(flags.match(/\d+/)?.[0] ?? 1),
    global: flags.includes('g'),
  };
}

/** As GNU sed does: only a backslash protects the delimiter, brackets do not. */
function readUntil(reader: Reader, delimiter: string, isPattern: boolean): string {
  let text = '';
  for (; ; reader.at += 1) {
    const character = reader.text[reader.at];
    if (character === undefined || (character === '\n' && isPattern))
      throw new Error(`a "${delimiter}" is missing at the end`);
    if (character === delimiter) break;
    if (character !== '\\') {
      text += character;
      continue;
    }
    reader.at += 1;
    const next = reader.text[reader.at];
    if (next === undefined) throw new Error('the script ends in a backslash');
    text += next === delimiter && !(next === '&' && !isPattern) ? next : `\\${next}`;
  }
  reader.at += 1;
  return text;
}

function regexOf(pattern: string, { extended }: Reader): string {
  if (pattern === '') throw new Error('an empty expression (the last one again) is not supported');
  const source = translateRegex(pattern, { extended });
  new RegExp(source, 'su');
  return source;
}

function parseReplacement(text: string): (string | number)[] {
  const pieces: (string | number)[] = [];
  let literal = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    const next = text[at + 1];
    let group: number | null = null;
    if (character === '&') group = 0;
    else if (character === '\\' && next !== undefined) {
      at += 1;
      if (/[0-9]/.test(next)) group = Number(next);
      else if (next === 'n') literal += '\n';
      else if (next === 't') literal += '\t';
      else if (/[a-zA-Z]/.test(next)) throw new Error(`\\${next} in a replacement is not supported`);
      else literal += next;
    } else literal += character;
    if (group !== null) {
      if (literal !== '') pieces.push(literal);
      literal = '';
      pieces.push(group);
    }
  }
  if (literal !== '') pieces.push(literal);
  return pieces;
}

let fence: { readonly script: Script; readonly context: { run: () => string } } | undefined;

function makeFence(run: () => string): NonNullable<typeof fence> {
  // most builds need none, and it takes its time to load
  const { createContext, Script } = process.getBuiltinModule('node:vm');
  return { script: new Script('run()'), context: createContext({ run }) as { run: () => string } };
}

/** An expression of a recipe can take for ever on a line made for it; V8 stops it when its time is up. */
function within(limitMs: number, run: () => string): string {
  fence ??= makeFence(run);
  fence.context.run = run;
  try {
    return fence.script.runInContext(fence.context, { timeout: limitMs }) as string;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new Error(`the substitution did not end within ${limitMs / 1000} s`);
    throw error;
  }
}
