/** Where one of these begins, everything up to its end is no code of the line itself. */
const skipped = [
  /'(?:[^'\\\n]|\\[\s\S])*'/y,
  /"(?:[^"\\\n]|\\[\s\S])*"/y,
  /`(?:[^`\\]|\\[\s\S])*`/y,
  /\/\/[^\n]*/y,
  /\/\*[\s\S]*?\*\//y,
];

/**
 * The statements of a line, cut at each `;` that stands in no bracket, text or comment. A cut that leaves a part which
 * is no statement of its own — `if (a) b(); else c()` — is none: then the line stays whole.
 */
export function splitStatements(code: string, isStatement: (part: string) => boolean): string[] {
  const parts: string[] = [];
  let begin = 0;
  let depth = 0;
  for (let at = 0; at < code.length; ) {
    const length = skippedAt(code, at);
    if (length > 0) {
      at += length;
      continue;
    }
    const letter = code[at]!;
    if ('([{'.includes(letter)) depth += 1;
    else if (')]}'.includes(letter)) depth -= 1;
    at += 1;
    if (letter !== ';' || depth !== 0) continue;
    parts.push(code.slice(begin, at));
    begin = at;
  }
  const rest = code.slice(begin);
  if (rest.trim() !== '') parts.push(rest);
  return parts.every(isStatement) ? parts : [code];
}

function skippedAt(code: string, at: number): number {
  for (const pattern of skipped) {
    pattern.lastIndex = at;
    const found = pattern.exec(code);
    if (found) return found[0].length;
  }
  return 0;
}
