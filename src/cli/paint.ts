import { createColors } from 'picocolors';

const { bold, cyan, dim, green, red, yellow } = createColors(true);

const marks: readonly (readonly [pattern: RegExp, paint: (text: string) => string])[] = [
  // a place, and how bad it is
  [/(?<=^\S+:\d+(?::\d+)? )error\b/gm, red],
  [/(?<=^\S+:\d+(?::\d+)? )warning\b/gm, yellow],
  // a whole cell of a table, or the last word of a line behind two spaces
  [/(?<= {2})(?:succeeded|success|applied|online|running|done)(?= {2}|$)/gm, green],
  [/(?<= {2})(?:failed|broken|error|refused|conflict)(?= {2}|$)/gm, red],
  [/(?<= {2})(?:waiting|paused|warning|draining|uncertain|asking)(?= {2}|$)/gm, yellow],
  // what to do next
  [/^ *→ .*$/gm, cyan],
];

/** Text for a terminal in our one style. It only adds colour: without it every word is still there. */
export function paint(text: string): string {
  const lines = /^@@ /m.test(text) ? text.split('\n').map(paintDifference).join('\n') : text;
  const headed = lines.replace(/^(?=.* {2})[a-z]+(?: [a-z]+)*(?: {2,}[a-z]+(?: [a-z]+)*)+ *$/m, (head) => bold(head));
  return marks.reduce((painted, [pattern, how]) => painted.replace(pattern, how), headed);
}

function paintDifference(line: string): string {
  if (line.startsWith('@@') || line.startsWith('---') || line.startsWith('+++')) return dim(line);
  return line.startsWith('+') ? green(line) : line.startsWith('-') ? red(line) : line;
}

/** The code of an error, before its words. */
export function paintError(text: string): string {
  return paint(text.replace(/^[a-z]+(?:-[a-z]+)*(?=: )/, (code) => red(bold(code))));
}
