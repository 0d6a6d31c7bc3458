import type { Problem } from '../../failure/index.ts';
import type { MigrateBlock, MigrateCommand, PluginDefinition, StepType } from '../../plugin/index.ts';
import type { Dialect } from '../dialect.ts';
import { differOnlyInForm, type Gone, type Pair, type Pairing, showForms } from '../likeness/index.ts';
import { attribute } from '../xml-attribute.ts';
import { fateOfForgotten, fateOfGone, unlistedSeverity } from './fate.ts';
import type { StepTrace } from './hop-trace.ts';
import { listNames } from './list-names.ts';

interface StepInput {
  readonly definition: PluginDefinition;
  readonly traces: readonly StepTrace[];
  /** What became of the step types that went. */
  readonly pairing: Pairing<StepType>;
  /** Of the hop, ascending; empty where the file says nothing of it. */
  readonly blocks: readonly MigrateBlock[];
  readonly dialect: Dialect;
}

/** Step types that blocks forget, ones that look renamed without `old=`, and whatever goes. */
export function stepFindings(input: StepInput): Problem[] {
  return [
    ...input.blocks.flatMap((block) => forgottenIn(block, input)),
    ...input.pairing.pairs.map((pair) => lookingRenamed(pair, input)),
    ...input.pairing.gone.map((gone) => removed(gone, input)),
  ];
}

/** [STEP-4] One finding for each, or one for a block that lists nothing at all. */
function forgottenIn(block: MigrateBlock, { traces, dialect, definition }: StepInput): Problem[] {
  const here = traces
    .flatMap(({ skipped }) => skipped)
    .flatMap(({ block: at, name, goesOn }) => (at === block && goesOn ? [{ name, goesOn }] : []));
  if (here.length === 0) return [];
  const severity = unlistedSeverity[dialect.unlisted];
  if (block.commands.length === 0)
    return [
      {
        code: 'block-empty',
        severity,
        message: `The block for version ${block.toVersion} is empty, but ${here.every(({ goesOn }) => goesOn === 'definition') ? 'both versions have' : 'later blocks carry on'} ${listNames(
          here.map(({ name }) => name),
          20,
        )}: ${fateOfForgotten(dialect, here.length === 1 ? 'its' : 'their')}.`,
        hint: 'List each step type, or delete the block if only scripts changed.',
        where: block.at,
      },
    ];
  return here
    .filter(({ name }) => !misspelt(block, name, definition))
    .map(({ name, goesOn }) => ({
      code: 'step-not-listed',
      severity,
      message: `The block for version ${block.toVersion} does not list "${name}", ${
        goesOn === 'definition'
          ? 'which both versions have'
          : `which is lost here although block ${goesOn.toVersion} (line ${goesOn.at.line}) carries it on`
      }: ${fateOfForgotten(dialect)}.`,
      hint: `Add <migrate-command name="${attribute(name)}"/>.`,
      where: block.at,
    }));
}

/** [PROP-8] The block has a command that misses the step by its form alone, and that finding says it all. */
function misspelt(block: MigrateBlock, name: string, { stepTypes }: PluginDefinition): MigrateCommand | undefined {
  return block.commands.find(
    (command) =>
      differOnlyInForm(command.name, name) !== null && !stepTypes.some((stepType) => stepType.name === command.name),
  );
}

function lookingRenamed({ old, now, score, form }: Pair<StepType>, { blocks, dialect }: StepInput): Problem {
  const listed = blocks.at(-1)?.commands.find((command) => command.name === now.name);
  return {
    code: 'step-renamed',
    severity: form && dialect.unlisted === 'delete' ? 'error' : 'warning',
    message: form
      ? `${showForms(old.name, now.name)} differ only in ${form}; the second came without old= for the first: ${fateOfGone(dialect)}.`
      : `"${old.name}" is gone and "${now.name}" is new and may be the same step (${percent(score)} alike); without old=, ${fateOfGone(dialect)}.`,
    hint: `If it was renamed, write <migrate-command name="${attribute(now.name)}" old="${attribute(old.name)}"/>.`,
    where: listed?.at ?? now.nameAt ?? now.at,
  };
}

/** [STEP-4] Whatever goes is named, with what it takes along. */
function removed({ old, candidates }: Gone<StepType>, { traces, dialect, definition }: StepInput): Problem {
  const { name } = old;
  const trace = traces.find((candidate) => candidate.name === name);
  const taking = old.properties.length === 0 ? '' : ` with ${listNames(old.properties.map((one) => one.name))}`;
  const [first] = candidates;
  return {
    code: 'step-removed',
    severity: dialect.unlisted === 'delete' || first ? 'warning' : 'notice',
    message: first
      ? `"${name}" is gone${taking}, and ${listNames(candidates.map((one) => one.name))} came: ${fateOfGone(dialect)}.`
      : `"${name}" is gone${taking}: ${fateOfGone(dialect)}.`,
    hint: first
      ? `If it became "${first.name}", write <migrate-command name="${attribute(first.name)}" old="${attribute(name)}"/>; if it was deleted, tell the owners of its processes.`
      : 'If it was deleted on purpose, tell the owners of its processes; they are asked about each use.',
    where: trace?.leftAt?.at ?? definition.versionAt ?? definition.at,
  };
}

export function percent(score: number): string {
  return `${Math.round(score * 100)} %`;
}
