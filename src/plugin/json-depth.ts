/** Real files stay below ten levels; every reader and writer of JSON recurses into it. */
export const deepestJson = 200;

/**
 * The offset (UTF-16) at which a JSON text nests deeper than `deepestJson`, or null. Brackets in strings do not count;
 * what is no JSON is left to the reader.
 */
export function tooDeepAt(text: string): number | null {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"' || char === '\n' || char === '\r') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') {
      if (++depth > deepestJson) return at;
    } else if (char === '}' || char === ']') depth--;
  }
  return null;
}
