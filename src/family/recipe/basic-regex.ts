/**
 * Translates a POSIX regular expression, as `sed` takes it, into JavaScript's. `extended` is sed's `-E`. GNU's
 * `\+ \? \| \w \< \>` are known. Throws a plain Error that says what is not supported.
 */
export function translateRegex(pattern: string, { extended }: { extended: boolean }): string {
  let source = '';
  let depth = 0;
  // an item that a quantifier may follow stands before
  let quantifiable = false;
  const add = (text: string, mayRepeat: boolean): void => {
    source += text;
    quantifiable = mayRepeat;
  };
  for (let at = 0; at < pattern.length; ) {
    const token = nextToken(pattern, at, extended);
    at += token.length;
    switch (token.kind) {
      case 'open':
        depth += 1;
        add('(', false);
        break;
      case 'close':
        if (depth === 0) throw new Error('a group is closed that was not opened');
        depth -= 1;
        add(')', true);
        break;
      case 'or':
        // POSIX takes the longest alternative, JavaScript the first
        throw new Error('alternatives (\\|) are not supported');
      case 'repeat':
        if (!quantifiable) add(escapeLiteral(token.text), true);
        else add(token.text, true);
        break;
      case 'start':
        if (source === '' || source.endsWith('(')) add('^', false);
        else add(extended ? '^' : '\\^', !extended);
        break;
      case 'end': {
        const last = at >= pattern.length || (extended ? pattern[at] === ')' : pattern.startsWith('\\)', at));
        if (last || extended) add('$', false);
        else add('\\$', true);
        break;
      }
      case 'zero-width':
        add(token.text, false);
        break;
      default:
        add(token.text, true);
    }
  }
  if (depth > 0) throw new Error('a group is not closed');
  return source;
}

interface Token {
  readonly kind: 'open' | 'close' | 'or' | 'repeat' | 'start' | 'end' | 'zero-width' | 'item';
  readonly text: string;
  readonly length: number;
}

function nextToken(pattern: string, at: number, extended: boolean): Token {
  const character = String.fromCodePoint(pattern.codePointAt(at)!);
  if (character === '\\') return escaped(pattern, at, extended);
  if (character === '[') return bracket(pattern, at);
  if (character === '.') return { kind: 'item', text: '.', length: 1 };
  if (character === '*') return { kind: 'repeat', text: '*', length: 1 };
  if (character === '^') return { kind: 'start', text: '^', length: 1 };
  if (character === '$') return { kind: 'end', text: '$', length: 1 };
  if (extended) {
    const special = operator(pattern, at, character);
    if (special) return special;
  }
  return { kind: 'item', text: escapeLiteral(character), length: character.length };
}

function escaped(pattern: string, at: number, extended: boolean): Token {
  const next = pattern[at + 1];
  if (next === undefined) throw new Error('the expression ends in a backslash');
  if (!extended) {
    const special = operator(pattern, at + 1, next);
    if (special) return { ...special, length: special.length + 1 };
  }
  if (/[1-9]/.test(next)) return { kind: 'item', text: `(?:\\${next})`, length: 2 };
  if (/[wWsS]/.test(next)) return { kind: 'item', text: `\\${next}`, length: 2 };
  if (/[bB]/.test(next)) return { kind: 'zero-width', text: `\\${next}`, length: 2 };
  if (next === '<') return { kind: 'zero-width', text: '\\b(?=\\w)', length: 2 };
  if (next === '>') return { kind: 'zero-width', text: '\\b(?<=\\w)', length: 2 };
  if (/[nt]/.test(next)) return { kind: 'item', text: `\\${next}`, length: 2 };
  if (/[a-zA-Z0-9]/.test(next)) throw new Error(`\\${next} is not supported`);
  const character = String.fromCodePoint(pattern.codePointAt(at + 1)!);
  return { kind: 'item', text: escapeLiteral(character), length: 1 + character.length };
}

/** What is special bare in extended and after a backslash in basic expressions; `at` is the character itself. */
function operator(pattern: string, at: number, character: string): Token | null {
  if (character === '(') return { kind: 'open', text: '(', length: 1 };
  if (character === ')') return { kind: 'close', text: ')', length: 1 };
  if (character === '|') return { kind: 'or', text: '|', length: 1 };
  if (character === '+' || character === '?') return { kind: 'repeat', text: character, length: 1 };
  if (character !== '{') return null;
  const interval = pattern.slice(at).match(/^\{(\d+)(,(\d*))?\\?\}/);
  if (!interval) throw new Error('an interval {…} is not complete');
  return { kind: 'repeat', text: interval[0].replace('\\', ''), length: interval[0].length };
}

function bracket(pattern: string, start: number): Token {
  let at = start + 1;
  let source = '[';
  if (pattern[at] === '^') {
    source += '^';
    at += 1;
  }
  for (let first = true; first || pattern[at] !== ']'; first = false) {
    const character = pattern[at];
    if (character === undefined) throw new Error('a bracket expression is not closed');
    const named = pattern.slice(at).match(/^\[:(\w+):\]/);
    if (named) {
      const members = characterClasses[named[1]!];
      if (members === undefined) throw new Error(`the class [:${named[1]}:] is not known`);
      source += members;
      at += named[0].length;
    } else if (character === '\\' && /[nt]/.test(pattern[at + 1] ?? '')) {
      source += `\\${pattern[at + 1]}`;
      at += 2;
    } else if (/^\[[.=]/.test(pattern.slice(at))) {
      throw new Error('collating elements are not supported');
    } else {
      const dash = character === '-' && (first || pattern[at + 1] === ']');
      source += dash ? '\\-' : character.replace(/[\\\][^]/g, '\\$&');
      at += 1;
    }
  }
  return { kind: 'item', text: `${source}]`, length: at + 1 - start };
}

const characterClasses: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  xdigit: '0-9A-Fa-f',
  punct: '!-\\/:-@\\[-`\\{-~',
};

function escapeLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
