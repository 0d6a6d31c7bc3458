import { LockstepError, type Place } from '../failure/index.ts';

/** Deeper than any real export by far; keeps every later walk over the document safe from running out of stack. */
const deepest = 400;

const quote = 34;
const backslash = 92;
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const words: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

/**
 * Reads a JSON text strictly and says whether JavaScript's numbers can hold every number in it. What `JSON.parse` is
 * silent or vague about is an error with its line and column: text that is cut off, a comma too many, a key that
 * stands twice in one object (one of the two values would be lost). Throws `json-not-valid`.
 */
export function scanJson(text: string, file: string): { readonly numbersSurvive: boolean } {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let numbersSurvive = true;

  space();
  value(0);
  space();
  if (at < text.length) fail('there is more text after the end of the JSON value', at);
  return { numbersSurvive };

  function value(depth: number): void {
    const char = text[at];
    if (char === '{') object(depth + 1);
    else if (char === '[') array(depth + 1);
    else if (char === '"') string();
    else if (char === undefined) cutOff();
    else if (char in words) word(words[char] as string);
    else number();
  }

  function object(depth: number): void {
    if (depth > deepest) fail(`the text is nested deeper than ${deepest} levels`, at);
    const keys = new Set<string>();
    at++;
    space();
    if (text[at] === '}') {
      at++;
      return;
    }
    for (;;) {
      const start = at;
      if (text[at] !== '"') unexpected('a key in double quotes');
      const key = string();
      if (keys.has(key)) fail(`the key ${JSON.stringify(key)} stands twice in one object`, start);
      keys.add(key);
      space();
      if (text[at] !== ':') unexpected('":" after the key');
      at++;
      space();
      value(depth);
      space();
      if (text[at] === '}') break;
      if (text[at] !== ',') unexpected('"," or "}"');
      at++;
      space();
    }
    at++;
  }

  function array(depth: number): void {
    if (depth > deepest) fail(`the text is nested deeper than ${deepest} levels`, at);
    at++;
    space();
    if (text[at] === ']') {
      at++;
      return;
    }
    for (;;) {
      value(depth);
      space();
      if (text[at] === ']') break;
      if (text[at] !== ',') unexpected('"," or "]"');
      at++;
      space();
    }
    at++;
  }

  function string(): string {
    const start = at++;
    let escaped = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === quote) break;
      if (Number.isNaN(code)) fail('the text is cut off inside a string', start);
      if (code < 32) fail('a line break or control character stands inside a string', at);
      if (code === backslash) {
        escaped = true;
        escapeSequence();
      } else at++;
    }
    at++;
    return escaped ? (JSON.parse(text.slice(start, at)) as string) : text.slice(start + 1, at - 1);
  }

  function escapeSequence(): void {
    const char = text[at + 1];
    if (char === undefined) fail('the text is cut off inside a string', at);
    if (char === 'u') {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) fail('\\u needs four hexadecimal digits', at);
      at += 6;
    } else if ('"\\/bfnrt'.includes(char)) at += 2;
    else fail(`"\\${char}" is not an escape that JSON knows`, at);
  }

  function word(expected: string): void {
    if (!text.startsWith(expected, at)) {
      if (expected.startsWith(text.slice(at))) cutOff();
      unexpected('a value');
    }
    at += expected.length;
  }

  function number(): void {
    numberToken.lastIndex = at;
    const token = numberToken.exec(text)?.[0];
    if (token === undefined) unexpected('a value');
    if (/[\d.eE+-]/.test(text[at + token.length] ?? '')) fail('this number is not written as JSON writes numbers', at);
    numbersSurvive &&= String(Number(token)) === token;
    at += token.length;
  }

  function space(): void {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      at++;
    }
  }

  function unexpected(wanted: string): never {
    if (at >= text.length) cutOff();
    fail(`here stands ${JSON.stringify(text[at])} where ${wanted} is expected`, at);
  }

  function cutOff(): never {
    fail('the text is cut off: it ends before the JSON value does', text.length);
  }

  function fail(what: string, offset: number): never {
    throw new LockstepError('json-not-valid', `This is not valid JSON: ${what}.`, {
      hint: 'Export it again from where it came, or correct the text at this place.',
      where: placeAt(text, offset, file),
    });
  }
}

/** Line and column of an offset in a text. */
export function placeAt(text: string, offset: number, file: string): Place {
  const before = text.slice(0, offset);
  const lines = before.split(/\r\n|\r|\n/);
  return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
