import type { LockstepError, Place, Problem } from '../../failure/index.ts';
import { changedStepTypes, type MigrateBlock, type PluginDefinition, type UpgradeFile } from '../../plugin/index.ts';
import { blockFindings } from './block-findings.ts';
import { hopBlocks, traceStep } from './hop-trace.ts';
import { pairStepTypes } from './likeness.ts';
import { definitionFindings, propertyFindings } from './property-findings.ts';
import { stepFindings } from './step-findings.ts';
import { targetVersion, versionFindings } from './version-findings.ts';

export interface LintInput {
  readonly definition: PluginDefinition;
  /** null: the package has none; an error: it has one that cannot be read. */
  readonly upgradeFile: UpgradeFile | LockstepError | null;
  /** The definition of the version before, where there is one. */
  readonly previous?: PluginDefinition | null;
}

/**
 * Everything that an author should know before publishing: what the upgrade file forgets, misspells or would lose for
 * the uses of the version before. Findings stand in the order of their places. An upgrade file that cannot be read is
 * one finding, and the two definitions are compared all the same.
 */
export function lintPlugin({ definition, upgradeFile, previous = null }: LintInput): Problem[] {
  const readable = isUpgradeFile(upgradeFile) ? upgradeFile : null;
  const target = targetVersion(definition, previous, readable);
  const blocks = readable ? hopBlocks(readable, previous, target) : [];
  const block = blocks.find(({ toVersion }) => toVersion === target) ?? null;

  const findings: Problem[] = [];
  if (upgradeFile && !isUpgradeFile(upgradeFile)) findings.push(unreadable(upgradeFile));
  findings.push(...versionFindings({ definition, previous, upgradeFile, target }));
  findings.push(...definitionFindings(definition, previous));
  if (readable) findings.push(...blockFindings({ definition, previous, blocks, target }));
  if (previous && previous.id === definition.id)
    findings.push(...compareDefinitions(definition, previous, blocks, block));
  return inOrderOfPlaces(findings);
}

function compareDefinitions(
  definition: PluginDefinition,
  previous: PluginDefinition,
  blocks: readonly MigrateBlock[],
  block: MigrateBlock | null,
): Problem[] {
  // [CHAIN-3] a script-only hop
  if (blocks.length === 0 && changedStepTypes(definition, previous).length === 0) return [];
  const renames = pairStepTypes(previous.stepTypes, definition.stepTypes);
  const traces = previous.stepTypes.map((stepType) => traceStep(stepType, blocks));
  const current = new Map(definition.stepTypes.map((stepType) => [stepType.name, stepType]));
  const at = block?.at ?? definition.versionAt ?? definition.at;
  return [
    ...stepFindings({ definition, traces, renames, blocks }),
    ...traces.flatMap((trace) => {
      // a step that is not listed is compared under the name that it surely has
      const rename = renames.find(({ old, letterCaseOnly }) => old === trace.old && letterCaseOnly);
      const now = current.get(trace.name) ?? current.get(trace.old.name) ?? rename?.now;
      return now ? propertyFindings({ trace, now, block, at }) : [];
    }),
  ];
}

function isUpgradeFile(value: UpgradeFile | LockstepError | null): value is UpgradeFile {
  return value !== null && 'blocks' in value;
}

function unreadable(error: LockstepError): Problem {
  return {
    code: error.code,
    severity: 'error',
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.where === undefined ? {} : { where: error.where }),
  };
}

/** By file, line and column; findings of one place keep their order. */
export function inOrderOfPlaces(problems: readonly Problem[]): Problem[] {
  const key = ({ where }: Problem): Place => where ?? { file: '', line: 0, column: 0 };
  return problems
    .map((problem, index) => ({ problem, index, place: key(problem) }))
    .sort(
      (a, b) =>
        (a.place.file < b.place.file ? -1 : a.place.file > b.place.file ? 1 : 0) ||
        a.place.line - b.place.line ||
        a.place.column - b.place.column ||
        a.index - b.index,
    )
    .map(({ problem }) => problem);
}
