import type { Problem } from '../../failure/index.ts';
import type { MigrateBlock, PluginDefinition, StepType } from '../../plugin/index.ts';
import { attribute } from '../xml-attribute.ts';
import type { StepTrace } from './hop-trace.ts';
import { differOnlyInLetterCase, type Likeness } from './likeness.ts';

interface StepInput {
  readonly definition: PluginDefinition;
  readonly traces: readonly StepTrace[];
  readonly renames: readonly Likeness<StepType>[];
  /** Of the hop, ascending; empty where the file says nothing of it. */
  readonly blocks: readonly MigrateBlock[];
}

/** Step types that the blocks leave behind though they are still there, and ones that look renamed without `old=`. */
export function stepFindings({ definition, traces, renames, blocks }: StepInput): Problem[] {
  const names = new Set(definition.stepTypes.map(({ name }) => name));
  const left = traces.filter(({ lostAt, name }) => lostAt !== null && names.has(name));
  return [...leftBehind(left, blocks), ...lookingRenamed(traces, renames, blocks, definition)];
}

/** [STEP-4] One finding for each, or one for a block that lists nothing at all. */
function leftBehind(left: readonly StepTrace[], blocks: readonly MigrateBlock[]): Problem[] {
  return blocks.flatMap((block): Problem[] => {
    const here = left.filter(({ lostAt }) => lostAt === block);
    if (here.length === 0) return [];
    if (block.commands.length === 0)
      return [
        {
          code: 'block-empty',
          severity: 'error',
          message: `The block for version ${block.toVersion} is empty, so it carries no use of the ${counted(here.length)} that both versions have: ${here.map(({ name }) => `"${name}"`).join(', ')}.`,
          hint: 'List each step type, or delete the block if only scripts changed.',
          where: block.at,
        },
      ];
    return here
      .filter(({ name }) => !block.commands.some((command) => differOnlyInLetterCase(command.name, name)))
      .map(({ name }) => ({
        code: 'step-not-listed',
        severity: 'error',
        message: `The block for version ${block.toVersion} does not list "${name}", which both versions have: its uses would not be carried.`,
        hint: `Add <migrate-command name="${attribute(name)}"/>.`,
        where: block.at,
      }));
  });
}

function lookingRenamed(
  traces: readonly StepTrace[],
  renames: readonly Likeness<StepType>[],
  blocks: readonly MigrateBlock[],
  definition: PluginDefinition,
): Problem[] {
  const names = new Set(definition.stepTypes.map(({ name }) => name));
  return renames.flatMap(({ old, now, letterCaseOnly }): Problem[] => {
    const trace = traces.find((candidate) => candidate.old === old);
    // a rename that the file tells, or a step type that another one becomes
    if (trace && names.has(trace.name)) return [];
    if (traces.some((other) => other.lostAt === null && other.name === now.name)) return [];
    const block = blocks.at(-1);
    const listed = block?.commands.find(({ name }) => name === now.name);
    return [
      {
        code: 'step-renamed',
        severity: letterCaseOnly ? 'error' : 'warning',
        message: letterCaseOnly
          ? `"${old.name}" is now written "${now.name}" without old=: its uses would not be carried.`
          : `"${old.name}" is gone and "${now.name}" is new and much like it; without old= its uses would not be carried.`,
        hint: `If it was renamed, write <migrate-command name="${attribute(now.name)}" old="${attribute(old.name)}"/>.`,
        where: listed?.at ?? now.nameAt ?? now.at,
      },
    ];
  });
}

function counted(count: number): string {
  return count === 1 ? 'step type' : `${count} step types`;
}
