/** Letters that no configuration holds. */
const begin = '\ue001';
const end = '\ue002';
const mark = /\ue001(\d+):(\d+)\ue002/g;

/**
 * A template whose text says where it comes from: each line that begins in plain text begins with a mark. White space that
 * a tag takes away stays, so what is made of it is like what is made of the template but for empty lines.
 */
export function markLines(source: string, file: number): string {
  let marked = '';
  let line = 1;
  let closing: string | null = null;
  let isRaw = false;
  for (let at = 0; at < source.length; ) {
    if (
      closing === null &&
      (at === 0 || source[at - 1] === '\n') &&
      !/^[ \t]*\{%-?\s*(?:end)?(?:raw|extends|import|from)\b/.test(source.slice(at, at + 200))
    )
      marked += `${begin}${file}:${line}${end}`;
    const two = source.slice(at, at + 2);
    if (closing !== null) {
      if (two === closing) {
        closing = null;
        marked += two;
        at += 2;
        continue;
      }
    } else if (isRaw ? /^\{%-?\s*endraw\b/.test(source.slice(at, at + 30)) : ['{%', '{{', '{#'].includes(two)) {
      isRaw = /^\{%-?\s*raw\b/.test(source.slice(at, at + 30));
      closing = two === '{{' ? '}}' : two === '{#' ? '#}' : '%}';
      marked += two;
      at += 2;
      continue;
    }
    if (source[at] === '\n') line += 1;
    marked += source[at];
    at += 1;
  }
  return marked;
}

export interface Origin {
  readonly file: number;
  readonly line: number;
}

/** The text without its marks, and for a place in it the file and line of the last mark before it. */
export function readMarks(marked: string): {
  readonly text: string;
  readonly originOf: (line: number, column?: number) => Origin | null;
} {
  const marks: { readonly line: number; readonly column: number; readonly origin: Origin }[] = [];
  const lines = marked
    .trimStart()
    .split('\n')
    .map((line, at) => {
      let taken = 0;
      return line.replace(mark, (all, file: string, from: string, offset: number) => {
        marks.push({ line: at + 1, column: offset - taken, origin: { file: Number(file), line: Number(from) } });
        taken += all.length;
        return '';
      });
    });
  const originOf = (line: number, column = Number.POSITIVE_INFINITY) =>
    marks.findLast((one) => one.line < line || (one.line === line && one.column <= column))?.origin ?? null;
  return { text: lines.join('\n'), originOf };
}
