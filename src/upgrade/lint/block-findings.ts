import type { Place, Problem } from '../../failure/index.ts';
import type { MigrateBlock, PluginDefinition } from '../../plugin/index.ts';
import { attribute } from '../xml-attribute.ts';
import { differOnlyInLetterCase } from './likeness.ts';

interface BlockInput {
  readonly definition: PluginDefinition;
  readonly previous: PluginDefinition | null;
  /** Of the hop, ascending. */
  readonly blocks: readonly MigrateBlock[];
  readonly target: number;
}

/** What the blocks of the hop say about names that do not exist, or say twice. */
export function blockFindings(input: BlockInput): Problem[] {
  return input.blocks.flatMap((block) => [
    ...listedTwice(block),
    ...(block.toVersion === input.target ? unknownNames(block, input) : []),
    ...(block === input.blocks[0] ? unknownOldNames(block, input) : []),
  ]);
}

/** `name=` that the new definition lacks. A wrong letter case is told with the step that it misses. */
function unknownNames(block: MigrateBlock, { definition, previous }: BlockInput): Problem[] {
  const names = definition.stepTypes.map(({ name }) => name);
  return block.commands.flatMap(({ name, old, at, nameAt }): Problem[] => {
    if (names.includes(name)) return [];
    const meant = names.find((known) => differOnlyInLetterCase(known, name));
    const where = nameAt ?? at;
    if (meant)
      return [
        {
          code: 'step-letter-case',
          severity: 'error',
          message: `The step type is called "${meant}", not "${name}": its uses would not be carried.`,
          hint: `Write name="${attribute(meant)}".`,
          where,
        },
      ];
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
  });
}

/** `old=` of a step type that the version before lacks. */
function unknownOldNames(block: MigrateBlock, { definition, previous }: BlockInput): Problem[] {
  if (!previous) return [];
  const before = previous.stepTypes.map(({ name }) => name);
  return block.commands.flatMap(({ name, old, at, oldAt }): Problem[] => {
    if (old === null || before.includes(old)) return [];
    const meant = before.find((known) => differOnlyInLetterCase(known, old));
    const stale = before.includes(name) && definition.stepTypes.some((stepType) => stepType.name === name);
    return [
      {
        code: 'step-old-unknown',
        severity: stale ? 'warning' : 'error',
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
