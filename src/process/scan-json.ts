import { LockstepError, type Place } from '../failure/index.ts';

/** Deeper than any real export by far; keeps every later walk over the document safe from running out of stack. */
export const deepest = 400;

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
  const scanner = new JsonScanner(text, file);
  scanner.whole();
  return { numbersSurvive: scanner.numbersSurvive };
}

class JsonScanner {
  numbersSurvive = true;
  private readonly text: string;
  private readonly file: string;
  private at: number;

  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
    this.at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  whole(): void {
    this.space();
    this.value(0);
    this.space();
    if (this.at < this.text.length) this.fail('there is more text after the end of the JSON value', this.at);
  }

  private value(depth: number): void {
    const char = this.text[this.at];
    if (char === '{') this.object(depth + 1);
    else if (char === '[') this.array(depth + 1);
    else if (char === '"') this.string();
    else if (char === undefined) this.cutOff();
    else if (char in words) this.word(words[char] as string);
    else this.number();
  }

  private object(depth: number): void {
    if (depth > deepest) this.fail(`the text is nested deeper than ${deepest} levels`, this.at);
    const keys = new Set<string>();
    this.at++;
    this.space();
    if (this.text[this.at] === '}') {
      this.at++;
      return;
    }
    for (;;) {
      const start = this.at;
      if (this.text[this.at] !== '"') this.unexpected('a key in double quotes');
      const key = this.string();
      if (keys.has(key)) this.fail(`the key ${JSON.stringify(key)} stands twice in one object`, start);
      keys.add(key);
      this.space();
      if (this.text[this.at] !== ':') this.unexpected('":" after the key');
      this.at++;
      this.space();
      this.value(depth);
      this.space();
      if (this.text[this.at] === '}') break;
      if (this.text[this.at] !== ',') this.unexpected('"," or "}"');
      this.at++;
      this.space();
    }
    this.at++;
  }

  private array(depth: number): void {
    if (depth > deepest) this.fail(`the text is nested deeper than ${deepest} levels`, this.at);
    this.at++;
    this.space();
    if (this.text[this.at] === ']') {
      this.at++;
      return;
    }
    for (;;) {
      this.value(depth);
      this.space();
      if (this.text[this.at] === ']') break;
      if (this.text[this.at] !== ',') this.unexpected('"," or "]"');
      this.at++;
      this.space();
    }
    this.at++;
  }

  private string(): string {
    const start = this.at++;
    let escaped = false;
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code === quote) break;
      if (Number.isNaN(code)) this.fail('the text is cut off inside a string', start);
      if (code < 32) this.fail('a line break or control character stands inside a string', this.at);
      if (code === backslash) {
        escaped = true;
        this.escapeSequence();
      } else this.at++;
    }
    this.at++;
    return escaped ? (JSON.parse(this.text.slice(start, this.at)) as string) : this.text.slice(start + 1, this.at - 1);
  }

  private escapeSequence(): void {
    const char = this.text[this.at + 1];
    if (char === undefined) this.fail('the text is cut off inside a string', this.at);
    if (char === 'u') {
      if (!/^[0-9a-fA-F]{4}$/.test(this.text.slice(this.at + 2, this.at + 6)))
        this.fail('\\u needs four hexadecimal digits', this.at);
      this.at += 6;
    } else if ('"\\/bfnrt'.includes(char)) this.at += 2;
    else this.fail(`"\\${char}" is not an escape that JSON knows`, this.at);
  }

  private word(expected: string): void {
    if (!this.text.startsWith(expected, this.at)) {
      if (expected.startsWith(this.text.slice(this.at))) this.cutOff();
      this.unexpected('a value');
    }
    this.at += expected.length;
  }

  private number(): void {
    numberToken.lastIndex = this.at;
    const token = numberToken.exec(this.text)?.[0];
    if (token === undefined) this.unexpected('a value');
    if (/[\d.eE+-]/.test(this.text[this.at + token.length] ?? ''))
      this.fail('this number is not written as JSON writes numbers', this.at);
    this.numbersSurvive &&= String(Number(token)) === token;
    this.at += token.length;
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.at++;
    }
  }

  private unexpected(wanted: string): never {
    if (this.at >= this.text.length) this.cutOff();
    this.fail(`here stands ${JSON.stringify(this.text[this.at])} where ${wanted} is expected`, this.at);
  }

  private cutOff(): never {
    this.fail('the text is cut off: it ends before the JSON value does', this.text.length);
  }

  private fail(what: string, offset: number): never {
    throw new LockstepError('json-not-valid', `This is not valid JSON: ${what}.`, {
      hint: 'Export it again from where it came, or correct the text at this place.',
      where: placeAt(this.text, offset, this.file),
    });
  }
}

/** Line and column of an offset in a text. */
export function placeAt(text: string, offset: number, file: string): Place {
  const before = text.slice(0, offset);
  const lines = before.split(/\r\n|\r|\n/);
  return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
