import { parseTree } from 'jsonc-parser';

/** Where a version stands in a text, in UTF-16 units: from `start` up to, not including, `end`. Quotes are outside. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The value of `version` in a plugin-info, or null if there is none that is a text. */
export function infoVersionSpan(text: string): Span | null {
  const root = parseTree(text.replace(/^\ufeff/, ' '), []);
  for (const { children: [key, value] = [] } of root?.children ?? []) {
    if (key?.value === 'version' && value?.type === 'string') {
      return { start: value.offset + 1, end: value.offset + value.length - 1 };
    }
  }
  return null;
}

/** The value of `<identifier version="…">` in a plugin.xml, or null; comments and CDATA do not count. */
export function stepVersionSpan(text: string): Span | null {
  const bare = text.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, (part) => ' '.repeat(part.length));
  const tag = /<(?:[\w.-]+:)?identifier\b(?:[^>"']|"[^"]*"|'[^']*')*>/.exec(bare);
  const value = tag && /\sversion\s*=\s*(?:"([^"]*)"|'([^']*)')/d.exec(tag[0]);
  const range = value?.indices?.[1] ?? value?.indices?.[2];
  return tag && range ? { start: tag.index + range[0], end: tag.index + range[1] } : null;
}

/** The text with another version and every other character as it was. */
export function replaceSpan(text: string, { start, end }: Span, version: string): string {
  return text.slice(0, start) + version + text.slice(end);
}

/** The bytes of one file of a plugin as they count for comparing: the versions that `bump` sets are left out. */
export function withoutVersion(path: string, bytes: Uint8Array): Uint8Array {
  const find = path === 'plugin-info' ? infoVersionSpan : path === 'plugin.xml' ? stepVersionSpan : null;
  if (!find) return bytes;
  const text = Buffer.from(bytes).toString('utf8');
  const span = find(text);
  return span ? Buffer.from(replaceSpan(text, span, ''), 'utf8') : bytes;
}
