/** A JSON fault without the text that the engine quotes: that may be the answer of a machine that is nobody's business. */
export function withoutExcerpt(message: string): string {
  return message.replace(/, (\.\.\.)?".*$/s, '');
}
