/** The text with what stands between `<!-- name: written by a test -->` and `<!-- end -->` replaced. */
export function writtenSection(text: string, name: string, content: string): string {
  const start = `<!-- ${name}: written by a test -->\n`;
  const from = text.indexOf(start);
  const to = text.indexOf('<!-- end -->', from);
  if (from < 0 || to < 0) throw new Error(`The section "${name}" is missing.`);
  return `${text.slice(0, from + start.length)}${content}\n${text.slice(to)}`;
}
