import type { Place } from '../../failure/index.ts';

/** Turns offsets (UTF-16) in one text into places. CR, LF and CRLF end a line; a byte order mark takes no column. */
export function textPlaces(text: string, file: string): (offset: number) => Place {
  const starts = [text.startsWith('\ufeff') ? 1 : 0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return (offset) => {
    const line = lastAtMost(starts, offset);
    return { file, line: line + 1, column: Math.max(0, offset - starts[line]!) + 1 };
  };
}

function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
