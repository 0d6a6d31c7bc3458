import { SaxesParser } from 'saxes';

/** What a file for a telephone is written in. `other`: a form that nobody checks here. */
export type OutputForm = 'xml' | 'json' | 'settings' | 'other';

export interface OutputFault {
  readonly message: string;
  /** Counts from 1, in the file that came out. */
  readonly line: number;
  /** Counts from 0; left out where the whole line is meant. */
  readonly column?: number;
}

/** Tells the form of a file from its suffix, and where that says nothing from how it is written. */
export function formOf(path: string, text: string): OutputForm {
  const suffix = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const [, root] = /^\s*<(\?xml|[A-Za-z_][\w.-]*)[\s>/]/.exec(text) ?? [];
  // some telephones have sections in angle brackets, which nothing closes
  if (suffix === 'xml' || root === '?xml' || (root && text.includes('</'))) return 'xml';
  if (suffix === 'json') return 'json';
  if (suffix === 'ini') return 'settings';
  if (!['cfg', 'conf', 'properties', ''].includes(suffix)) return 'other';
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // a file of settings with some lines that are none is one with faults; a file of commands holds hardly any
  const settings = lines.filter(isSetting).length;
  return settings > lines.length / 2 ? 'settings' : 'other';
}

/** The first fault of a file in its form; null where it is as it should be. */
export function checkOutput(form: OutputForm, text: string): OutputFault | null {
  switch (form) {
    case 'xml':
      return checkXml(text);
    case 'json':
      return checkJson(text);
    case 'settings':
      return checkSettings(text);
    case 'other':
      return null;
  }
}

function checkXml(text: string): OutputFault | null {
  const loose = looseAmpersand(text);
  if (loose) return loose;
  const parser = new SaxesParser({ xmlns: false });
  let fault: OutputFault | null = null;
  const open: { readonly name: string; readonly line: number; readonly column: number }[] = [];
  parser.on('opentag', ({ name, isSelfClosing }) => {
    if (!isSelfClosing) open.push({ name, line: parser.line, column: parser.column });
  });
  let closed = open[0];
  parser.on('closetag', ({ isSelfClosing }) => {
    if (!isSelfClosing) closed = open.pop();
  });
  parser.on('error', (error) => {
    const unclosed = /unclosed tag: (.+?)\.?$/.exec(error.message)?.[1];
    // what another tag closes has just been told as closed
    const begun = /unexpected close tag/.test(error.message) ? closed : open.findLast(({ name }) => name === unclosed);
    if (begun) fault ??= { message: `<${begun.name}> is not closed`, line: begun.line, column: begun.column };
    fault ??= {
      message: error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, ''),
      line: parser.line,
      column: parser.column,
    };
  });
  try {
    parser.write(text.replace(/^\ufeff/, '')).close();
  } catch (error) {
    fault ??= { message: (error as Error).message, line: parser.line };
  }
  return fault;
}

/** What people forget most. A parser would only notice somewhere behind it. */
function looseAmpersand(text: string): OutputFault | null {
  const plain = text.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, (part) => part.replace(/[^\n]/g, ' '));
  const at = plain.search(/&(?!#\d+;|#x[0-9a-f]+;|[A-Za-z_][\w.-]*;)/i);
  if (at < 0) return null;
  const before = plain.slice(0, at).split('\n');
  return { message: 'an ampersand that is not escaped', line: before.length, column: before.at(-1)!.length };
}

function checkJson(text: string): OutputFault | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const said = (error as Error).message;
    const at = Number(/position (\d+)/.exec(said)?.[1] ?? text.length);
    return {
      message: said.replace(/ in JSON at position.*$/, '').replace(/, ?"?\.\.\..*$/s, ''),
      line: text.slice(0, at).split('\n').length,
    };
  }
}

function checkSettings(text: string): OutputFault | null {
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '' || isSetting(line)) continue;
    const shown = JSON.stringify(line.trim().slice(0, 60));
    return { message: `${shown} is neither a setting, a section nor a comment`, line: at + 1 };
  }
  return null;
}

function isSetting(line: string): boolean {
  return /^\s*(?:[#;!]|\/\/|\[[^\]]+\]\s*$|<[^>]+>\s*$|[^\s=:][^=:]*\s*[=:])/.test(line);
}
