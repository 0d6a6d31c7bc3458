import { nameInForm, sameName } from '../../plugin/index.ts';

/** How two different names are yet the same to an eye: by letter case, by Unicode form, or not at all. */
export type NameForm = 'letter case' | 'Unicode form';

/** [PROP-8] What two names differ in that look alike; null where they are equal or differ in more. */
export function differOnlyInForm(a: string, b: string): NameForm | null {
  if (a === b) return null;
  if (sameName(a, b)) return 'Unicode form';
  return folded(a) === folded(b) ? 'letter case' : null;
}

/** The same text for names that differ in letter case and Unicode form alone. */
export function folded(name: string): string {
  return nameInForm(nameInForm(name).toLowerCase());
}

/** Shows a difference that the eye may not see: `"é" (U+00E9) and "é" (U+0065 U+0301)`. */
export function showForms(a: string, b: string): string {
  if (differOnlyInForm(a, b) !== 'Unicode form') return `"${a}" and "${b}"`;
  return `"${a}" (${differingPoints(a, b)}) and "${b}" (${differingPoints(b, a)})`;
}

function differingPoints(text: string, other: string): string {
  const [mine, theirs] = [[...text], [...other]];
  let start = 0;
  while (start < mine.length && mine[start] === theirs[start]) start += 1;
  let end = 0;
  while (end < Math.min(mine.length, theirs.length) - start && mine.at(-1 - end) === theirs.at(-1 - end)) end += 1;
  const differing = mine.slice(start, mine.length - end);
  return (differing.length > 0 ? differing : mine.slice(start))
    .map((character) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`)
    .join(' ');
}
