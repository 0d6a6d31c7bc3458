import { distance } from 'fastest-levenshtein';
import type { PropertyDefinition, StepType } from '../../plugin/index.ts';

/** One thing that went and one that came, and how alike they are: 0 … 1, where 1 differs at most in letter case. */
export interface Likeness<T> {
  readonly old: T;
  readonly now: T;
  readonly score: number;
  readonly letterCaseOnly: boolean;
}

/** From here on a person would ask "was this renamed?" */
const looksRenamed = 0.62;

/**
 * Pairs what went with what came, the most alike first and each at most once; pairs below `looksRenamed` stay apart.
 * The lists are the whole old and new list, since neighbours count too; `settled` names what already has its answer.
 */
export function pairProperties(
  old: readonly PropertyDefinition[],
  now: readonly PropertyDefinition[],
  settled: { readonly old: ReadonlySet<string>; readonly now: ReadonlySet<string> },
): Likeness<PropertyDefinition>[] {
  return pairAlike(
    old.filter(({ name }) => !settled.old.has(name)),
    now.filter(({ name }) => !settled.now.has(name)),
    (a, b) => propertyLikeness(a, b, neighbourLikeness(a, b, old, now)),
  );
}

/** [PROP-7] A secret is never moved to where it would be shown. */
export function becomesPlain({ old, now }: Likeness<PropertyDefinition>): boolean {
  return old.type === 'secureBox' && now.type !== 'secureBox';
}

export function pairStepTypes(old: readonly StepType[], now: readonly StepType[]): Likeness<StepType>[] {
  return pairAlike(old, now, stepTypeLikeness);
}

export function differOnlyInLetterCase(a: string, b: string): boolean {
  return a !== b && a.toLowerCase() === b.toLowerCase();
}

function pairAlike<T extends { readonly name: string }>(
  old: readonly T[],
  now: readonly T[],
  score: (a: T, b: T) => number,
): Likeness<T>[] {
  const oldNames = new Set(old.map(({ name }) => name));
  const nowNames = new Set(now.map(({ name }) => name));
  const gone = old.filter(({ name }) => !nowNames.has(name));
  const come = now.filter(({ name }) => !oldNames.has(name));
  const candidates = gone
    .flatMap((a) =>
      come.map((b) => {
        const letterCaseOnly = differOnlyInLetterCase(a.name, b.name);
        return { old: a, now: b, score: letterCaseOnly ? 1 : score(a, b), letterCaseOnly };
      }),
    )
    .filter((candidate) => candidate.score >= looksRenamed)
    .sort((a, b) => b.score - a.score);
  const taken = new Set<T>();
  return candidates.filter((candidate) => {
    if (taken.has(candidate.old) || taken.has(candidate.now)) return false;
    taken.add(candidate.old);
    taken.add(candidate.now);
    return true;
  });
}

function propertyLikeness(a: PropertyDefinition, b: PropertyDefinition, neighbours: number): number {
  const name = textLikeness(a.name, b.name);
  const words = Math.max(textLikeness(a.label, b.label), textLikeness(a.description, b.description));
  const kind = a.type === b.type ? 1 : sameFamily(a, b) ? 0.5 : 0;
  return Math.min(0.99, 0.45 * name + 0.3 * words + 0.15 * kind + 0.1 * neighbours);
}

function sameFamily(a: PropertyDefinition, b: PropertyDefinition): boolean {
  const texts = ['textBox', 'textAreaBox', 'secureBox'];
  return texts.includes(a.type) && texts.includes(b.type);
}

/** How many of the two neighbours kept their names: 0, 0.5 or 1. The ends of the lists count as neighbours. */
function neighbourLikeness(
  a: PropertyDefinition,
  b: PropertyDefinition,
  old: readonly PropertyDefinition[],
  now: readonly PropertyDefinition[],
): number {
  const i = old.indexOf(a);
  const j = now.indexOf(b);
  const before = old[i - 1]?.name === now[j - 1]?.name;
  const behind = old[i + 1]?.name === now[j + 1]?.name;
  return (before ? 0.5 : 0) + (behind ? 0.5 : 0);
}

/** The weighted mean of what both have: a step type without scripts or description is judged by the rest. */
function stepTypeLikeness(a: StepType, b: StepType): number {
  const parts = [{ weight: 0.3, score: textLikeness(a.name, b.name) }];
  if (a.properties.length > 0 || b.properties.length > 0)
    parts.push({ weight: 0.3, score: overlap(namesOf(a), namesOf(b)) });
  if (scriptOf(a) !== '' && scriptOf(b) !== '')
    parts.push({ weight: 0.25, score: scriptOf(a) === scriptOf(b) ? 1 : 0 });
  if (a.description !== '' && b.description !== '')
    parts.push({ weight: 0.15, score: textLikeness(a.description, b.description) });
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  return Math.min(0.99, parts.reduce((sum, { weight, score }) => sum + weight * score, 0) / total);
}

function namesOf(stepType: StepType): string[] {
  return stepType.properties.map(({ name }) => name.toLowerCase());
}

/** The files that the command runs, without the two that every command is given. */
function scriptOf({ command }: StepType): string {
  const files = command?.args.filter(({ kind, text }) => kind === 'file' && !text.includes('PUT_PROPS}')) ?? [];
  return files.map(({ text }) => text).join(' ');
}

/** Shared names among all names: 0 … 1. */
function overlap(a: readonly string[], b: readonly string[]): number {
  const all = new Set([...a, ...b]);
  return a.filter((name) => b.includes(name)).length / all.size;
}

/** 1 − edit distance ÷ length, over lower-case letters and digits only; `host` inside `hostName` counts 0.7 at least. */
function textLikeness(a: string, b: string): number {
  const x = plain(a);
  const y = plain(b);
  if (x === '' || y === '') return 0;
  const inside = Math.min(x.length, y.length) >= 3 && (x.includes(y) || y.includes(x));
  return Math.max(inside ? 0.7 : 0, 1 - distance(x, y) / Math.max(x.length, y.length));
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .slice(0, 400);
}
