import type { Place, Problem } from '../../failure/index.ts';
import type { MigrateBlock, MigrateCommand, PluginDefinition } from '../../plugin/index.ts';
import type { Dialect } from '../dialect.ts';
import { differOnlyInForm, showForms } from '../likeness/index.ts';
import { attribute } from '../xml-attribute.ts';
import { fateOfForgotten, unlistedSeverity } from './fate.ts';
import type { StepTrace } from './hop-trace.ts';

interface BlockInput {
  readonly definition: PluginDefinition;
  readonly previous: PluginDefinition | null;
  /** Of the hop, ascending. */
  readonly blocks: readonly MigrateBlock[];
  readonly traces: readonly StepTrace[];
  readonly target: number;
  readonly dialect: Dialect;
}

/** What the blocks of the hop say about names that do not exist, or say twice. */
export function blockFindings(input: BlockInput): Problem[] {
  return input.blocks.flatMap((block, index) => [
    ...listedTwice(block),
    ...block.commands.flatMap((command) =>
      block.toVersion === input.target ? unknownName(command, input) : phantom(command, index, input),
    ),
    ...(index === 0 ? unknownOldNames(block, input) : []),
  ]);
}

/** `name=` that the new definition lacks. One that misses a step by its form alone is told with that step. */
function unknownName(command: MigrateCommand, { definition, previous, dialect }: BlockInput): Problem[] {
  const { name, old, at, nameAt } = command;
  const names = definition.stepTypes.map((stepType) => stepType.name);
  if (names.includes(name)) return [];
  const meant = names.find((known) => differOnlyInForm(known, name));
  const where = nameAt ?? at;
  if (meant) return [misspelt(name, meant, where, dialect, `Write name="${attribute(meant)}".`)];
  const used = previous?.stepTypes.some((stepType) => stepType.name === (old ?? name)) ?? false;
  return [
    used
      ? {
          code: 'step-unknown',
          severity: 'error',
          message: `Version ${definition.version} has no step type "${name}", so uses would arrive at nothing.`,
          hint: 'Correct the name, or leave the command out if the step type was deleted.',
          where,
        }
      : {
          code: 'step-unknown',
          severity: 'warning',
          message: `There is no step type "${name}"; this command does nothing.`,
          hint: 'Delete it.',
          where,
        },
  ];
}

/** A command of an earlier block for a step type that no version at hand has and no later block takes on. */
function phantom(
  { name, old, at, nameAt }: MigrateCommand,
  index: number,
  { definition, previous, blocks, traces, dialect }: BlockInput,
): Problem[] {
  if (!previous) return [];
  const block = blocks[index]!;
  const earlier = blocks.slice(0, index).flatMap(({ commands }) => commands.map((command) => command.name));
  const source = old ?? name;
  const known = new Set([
    ...[...previous.stepTypes, ...definition.stepTypes].map((stepType) => stepType.name),
    ...earlier,
    ...blocks.slice(index + 1).flatMap(({ commands }) => commands.map((command) => command.old ?? command.name)),
  ]);
  const where = nameAt ?? at;
  const missed = traces
    .flatMap(({ skipped }) => skipped)
    .find((skip) => skip.block === block && skip.goesOn !== null && differOnlyInForm(skip.name, name));
  if (missed && !definition.stepTypes.some((stepType) => stepType.name === name))
    return [misspelt(name, missed.name, where, dialect, `Write name="${attribute(missed.name)}".`)];
  if (known.has(source) || known.has(name)) return [];
  return [
    {
      code: 'step-unknown',
      severity: 'warning',
      message: `Neither version ${versionOf(previous)} nor version ${versionOf(definition)} has a step type "${source}", and no later block takes "${name}" on; for their uses this command does nothing.`,
      hint: 'Delete it, or correct the name.',
      where,
    },
  ];
}

/** [PROP-8] */
function misspelt(written: string, meant: string, where: Place, dialect: Dialect, hint: string): Problem {
  return {
    code: 'step-letter-case',
    severity: unlistedSeverity[dialect.unlisted],
    message:
      differOnlyInForm(written, meant) === 'Unicode form'
        ? `The names ${showForms(meant, written)} differ only in Unicode form, and the step type has the first: ${fateOfForgotten(dialect)}.`
        : `The step type is called "${meant}", not "${written}": ${fateOfForgotten(dialect)}.`,
    hint,
    where,
  };
}

/** `old=` of a step type that the version before lacks. */
function unknownOldNames(block: MigrateBlock, { definition, previous, dialect }: BlockInput): Problem[] {
  if (!previous) return [];
  const before = previous.stepTypes.map(({ name }) => name);
  return block.commands.flatMap(({ name, old, at, oldAt }): Problem[] => {
    if (old === null || before.includes(old)) return [];
    const meant = before.find((known) => differOnlyInForm(known, old));
    const stale = before.includes(name) && definition.stepTypes.some((stepType) => stepType.name === name);
    return [
      {
        code: 'step-old-unknown',
        // another step's uses are then left, and only some servers delete them
        severity: stale || dialect.unlisted !== 'delete' ? 'warning' : 'error',
        message: `There was no step type "${old}" in version ${versionOf(previous)}${stale ? `; it was already called "${name}"` : ''}.`,
        hint: meant ? `Write old="${attribute(meant)}".` : stale ? 'Delete old=.' : 'Correct old=, or delete it.',
        where: oldAt ?? at,
      },
    ];
  });
}

function listedTwice(block: MigrateBlock): Problem[] {
  const first = new Map<string, Place>();
  return block.commands.flatMap(({ name, old, at }): Problem[] => {
    const source = old ?? name;
    const before = first.get(source);
    if (!before) {
      first.set(source, at);
      return [];
    }
    return [
      {
        code: 'step-listed-twice',
        severity: 'warning',
        message: `The block for version ${block.toVersion} lists "${source}" twice; only the first, in line ${before.line}, counts.`,
        hint: 'Delete one of the two.',
        where: at,
      },
    ];
  });
}

function versionOf({ version, versionToken }: PluginDefinition): string {
  return versionToken ?? String(version);
}
