import { LockstepError } from '../failure/index.ts';

const named: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\f': '\\f' };
const unnamed: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

/**
 * A Java `.properties` text as `java.util.Properties` writes it: ASCII only, one `key=value` a line, `\n` line ends.
 * Every reader that follows the format gets back exactly these names and values. Lone surrogates survive too.
 */
export function formatProperties(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${escaped(key, true)}=${escaped(value, false)}\n`)
    .join('');
}

function escaped(text: string, key: boolean): string {
  let out = '';
  for (let index = 0; index < text.length; index++) {
    const unit = text[index]!;
    const code = text.charCodeAt(index);
    if (unit === ' ') out += key || index === 0 ? '\\ ' : ' ';
    else if (named[unit]) out += named[unit];
    else if ('\\=:#!'.includes(unit)) out += `\\${unit}`;
    else if (code < 0x20 || code > 0x7e) out += `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
    else out += unit;
  }
  return out;
}

/**
 * Reads a `.properties` text: comments (`#`, `!`), continuation lines, `=`, `:` or blanks between key and value, and
 * `\uXXXX`. A later value of a key wins. Throws `properties-not-valid` with line and column for a broken `\u`, and for
 * NUL, which no text file holds. Decode the file as ISO-8859-1 first (`readProperties` below), as the format demands.
 */
export function parseProperties(text: string, file: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { content, line } of logicalLines(text)) {
    const nul = content.indexOf('\0');
    if (nul >= 0) throw notValid('It holds a NUL byte, so it is not a text file.', file, line, nul + 1);
    const separator = keyEnd(content);
    const key = unescaped(content.slice(0, separator), file, line);
    const rest = content.slice(separator).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '');
    Object.defineProperty(values, key, {
      value: unescaped(rest, file, line),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return values;
}

/** Reads the bytes of a `.properties` file; they are ISO-8859-1 by the format's definition. */
export function readProperties(bytes: Uint8Array, file: string): Record<string, string> {
  return parseProperties(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'), file);
}

function* logicalLines(text: string): Generator<{ content: string; line: number }> {
  const lines = text.split(/\r\n|\r|\n/);
  for (let index = 0; index < lines.length; index++) {
    const start = index + 1;
    let piece = withoutIndent(lines[index]!);
    if (piece === '' || piece[0] === '#' || piece[0] === '!') continue;
    const pieces: string[] = [];
    while (continues(piece) && index + 1 < lines.length) {
      pieces.push(piece.slice(0, -1));
      piece = withoutIndent(lines[++index]!);
    }
    pieces.push(continues(piece) ? piece.slice(0, -1) : piece);
    yield { content: pieces.join(''), line: start };
  }
}

function withoutIndent(line: string): string {
  return line.replace(/^[ \t\f]+/, '');
}

/** An odd number of backslashes ends the line; counted from the end, since there may be a million of them. */
function continues(line: string): boolean {
  let count = 0;
  while (line[line.length - 1 - count] === '\\') count++;
  return count % 2 === 1;
}

function keyEnd(content: string): number {
  for (let index = 0; index < content.length; index++) {
    if (content[index] === '\\') index++;
    else if ('=: \t\f'.includes(content[index]!)) return index;
  }
  return content.length;
}

function unescaped(text: string, file: string, line: number): string {
  if (!text.includes('\\')) return text;
  let out = '';
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== '\\') {
      out += text[index];
      continue;
    }
    const next = text[++index] ?? '';
    if (next === 'u') {
      const digits = text.slice(index + 1, index + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(digits))
        throw notValid(`"\\u${digits}" is not a character: four hexadecimal digits must follow.`, file, line, index);
      out += String.fromCharCode(Number.parseInt(digits, 16));
      index += 4;
    } else out += unnamed[next] ?? next;
  }
  return out;
}

function notValid(message: string, file: string, line: number, column: number): LockstepError {
  return new LockstepError('properties-not-valid', message, {
    where: { file, line, column },
    hint: 'Write the file with a .properties writer, or escape the text.',
  });
}
