import type { StepType } from '../../plugin/index.ts';
import { type Pairing, pairAlike } from './pair-alike.ts';
import { pairProperties } from './pair-properties.ts';
import { positionLikeness } from './position-likeness.ts';
import { textLikeness } from './text-likeness.ts';
import { weightedMean } from './weighted-mean.ts';

/**
 * Pairs step types that went with those that came: by what they run and where they stand before what they ask for. Both
 * lists are the whole ones, the old one under the names that the file takes its step types to; a step type of `settled`
 * is led somewhere already, rightly or not.
 */
export function pairStepTypes(
  old: readonly StepType[],
  now: readonly StepType[],
  settled: ReadonlySet<StepType> = new Set(),
): Pairing<StepType> {
  const oldNames = new Set(namesOf(old));
  const nowNames = new Set(namesOf(now));
  const scripts = countScripts([...old, ...now]);
  return pairAlike(
    old.filter((one) => !nowNames.has(one.name) && !settled.has(one)),
    now.filter((one) => !oldNames.has(one.name) && !settled.has(one)),
    { possible: () => true, sameKind: () => true, lastTwo: 0.4, scoring },
  );

  function scoring(known: ReadonlyMap<string, string>): (a: StepType, b: StepType) => number {
    const position = positionLikeness(namesOf(old), namesOf(now), known);
    return (a, b) =>
      weightedMean([
        { weight: 0.25, score: textLikeness(a.name, b.name) },
        { weight: scriptWeight(a, b), score: scriptLikeness(scriptOf(a), scriptOf(b)) },
        { weight: 0.15, score: position(a.name, b.name) },
        { weight: a.description && b.description ? 0.1 : 0, score: textLikeness(a.description, b.description) },
        { weight: a.properties.length + b.properties.length > 0 ? 0.2 : 0, score: inputLikeness(a, b) },
      ]);
  }

  /** A script that half of the step types run tells little. */
  function scriptWeight(a: StepType, b: StepType): number {
    const [x, y] = [scriptOf(a), scriptOf(b)];
    if (x === '' || y === '') return 0;
    return x === y ? 0.35 / Math.max(1, (scripts.get(x) ?? 2) - 1) : 0.2;
  }
}

function countScripts(stepTypes: readonly StepType[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const script of stepTypes.map(scriptOf)) counts.set(script, (counts.get(script) ?? 0) + 1);
  return counts;
}

/** What the command runs, without the two files that every command is given and without its class path. */
function scriptOf({ command }: StepType): string {
  const told = command?.args.filter(({ kind, text }) => kind !== 'path' && !/^-|PUT_PROPS\}/.test(text)) ?? [];
  return told.map(({ text }) => text).join(' ');
}

function scriptLikeness(a: string, b: string): number {
  return a === b ? 1 : textLikeness(nameOf(a), nameOf(b));
}

/** The last name without its ending: two files that end in `.groovy` are not alike for that. */
function nameOf(script: string): string {
  return script.replace(/^.*\//, '').replace(/\.\w+$/, '');
}

/** How much of what one asks for the other asks for too, under the same name or one that looks renamed. */
function inputLikeness(a: StepType, b: StepType): number {
  const most = Math.max(a.properties.length, b.properties.length);
  if (most === 0) return 0;
  const names = new Set(namesOf(b.properties));
  const kept = a.properties.filter(({ name }) => names.has(name)).length;
  if ((a.properties.length - kept) * (b.properties.length - kept) > 150) return kept / most;
  const { pairs } = pairProperties(a.properties, b.properties);
  return (kept + pairs.reduce((sum, { score }) => sum + score, 0)) / most;
}

function namesOf(list: readonly { readonly name: string }[]): string[] {
  return list.map(({ name }) => name);
}
