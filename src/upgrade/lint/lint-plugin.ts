import type { LockstepError, Place, Problem } from '../../failure/index.ts';
import { changedStepTypes, type MigrateBlock, type PluginDefinition, type UpgradeFile } from '../../plugin/index.ts';
import { type Dialect, dialectFor } from '../dialect.ts';
import { pairStepTypes } from '../likeness/index.ts';
import { unfitDefaults } from '../unfit-defaults.ts';
import { blockFindings } from './block-findings.ts';
import { definitionFindings } from './definition-findings.ts';
import { expressionFindings } from './expression-findings.ts';
import { type Hop, hopBlocks, type StepTrace, traceStep } from './hop-trace.ts';
import { type KnownPlugins, lifecycleFindings } from './lifecycle-findings.ts';
import { propertyFindings } from './property-findings.ts';
import { unknownName } from './statement-findings.ts';
import { stepFindings } from './step-findings.ts';
import { targetVersion, versionFindings } from './version-findings.ts';

export interface LintInput {
  readonly definition: PluginDefinition;
  /** null: the package has none; an error: it has one that cannot be read. */
  readonly upgradeFile: UpgradeFile | LockstepError | null;
  /** The definition of the version before, where there is one. */
  readonly previous?: PluginDefinition | null;
  /** The server whose rules count; left out: the one that the package says it needs [STEP-6]. */
  readonly dialect?: Dialect;
  /** Left out: nothing is known of other plugins, and nothing said about where a successor leads. */
  readonly others?: KnownPlugins;
}

/** All that the parts of the linter look at. */
interface Comparison extends Hop {
  readonly definition: PluginDefinition;
  readonly previous: PluginDefinition;
  readonly traces: readonly StepTrace[];
  readonly dialect: Dialect;
}

/**
 * Everything that an author should know before publishing: what the upgrade file forgets, misspells or would lose for
 * the uses of the version before, on the server that it is written for. Findings stand in the order of their places. An
 * upgrade file that cannot be read is one finding, and the two definitions are compared all the same.
 */
export function lintPlugin({ definition, upgradeFile, previous = null, dialect: given, others }: LintInput): Problem[] {
  // [STEP-6]
  const dialect = given ?? dialectFor({}, definition);
  const readable = isUpgradeFile(upgradeFile) ? upgradeFile : null;
  const target = targetVersion(definition, previous, readable);
  const blocks = readable ? hopBlocks(readable, previous, target) : [];
  const hop = { blocks, target, names: namesOf(definition), unlisted: dialect.unlisted };
  const comparable = previous?.id === definition.id ? previous : null;
  const traces = comparable?.stepTypes.map((stepType) => traceStep(stepType, hop)) ?? [];

  const findings: Problem[] = [];
  if (upgradeFile && !isUpgradeFile(upgradeFile)) findings.push(unreadable(upgradeFile));
  findings.push(...versionFindings({ definition, previous, upgradeFile, target, dialect }));
  findings.push(...definitionFindings(definition, previous));
  findings.push(...lifecycleFindings(definition, others ?? null));
  const passed = new Set((comparable ? blocks : (readable?.blocks ?? [])).map(({ toVersion }) => toVersion));
  findings.push(...expressionFindings({ definition, upgradeFile: readable, hop: passed }));
  for (const block of blocks) if (block.toVersion === target) findings.push(...unfitDefaults(definition, block));
  if (readable) findings.push(...blockFindings({ definition, previous: comparable, blocks, traces, target, dialect }));
  if (comparable) findings.push(...compareDefinitions({ ...hop, definition, previous: comparable, traces, dialect }));
  return inOrderOfPlaces(onlyOnce(findings));
}

function compareDefinitions(comparison: Comparison): Problem[] {
  const { definition, previous, blocks, target, traces, dialect } = comparison;
  // [CHAIN-3] a script-only hop
  if (blocks.length === 0 && changedStepTypes(definition, previous).length === 0) return [];
  const arriving = traces.map(({ old, name }) => ({ ...old, name }));
  const settled = new Set(arriving.filter((_, index) => !goesUnsaid(traces[index]!, comparison)));
  const pairing = pairStepTypes(arriving, definition.stepTypes, settled);
  const block = blocks.find(({ toVersion }) => toVersion === target) ?? null;
  const current = new Map(definition.stepTypes.map((stepType) => [stepType.name, stepType]));
  const at = block?.at ?? definition.versionAt ?? definition.at;
  return [
    ...stepFindings({ definition, traces, pairing, blocks, dialect }),
    ...traces.flatMap((trace) => {
      // a step that is not listed is compared under the name that it surely has
      const rename = pairing.pairs.find(({ old, form }) => old.name === trace.name && form !== null);
      const now = current.get(trace.name) ?? current.get(trace.old.name) ?? rename?.now;
      return now ? propertyFindings({ trace, now, block, at }) : [];
    }),
    ...(block ? newStepsMigrated(block, comparison) : []),
  ];
}

/** The new version does not have it, and no line leads it anywhere, not even wrongly. */
function goesUnsaid({ name, leftAt, skipped, commands }: StepTrace, { names, target }: Comparison): boolean {
  if (names.has(name) || skipped.some(({ block, goesOn }) => block === leftAt && goesOn !== null)) return false;
  return leftAt !== null || commands.at(-1)?.block.toVersion !== target;
}

/** [STEP-3] `<migrate-property>` of a step type that is new in this version: no use of it exists, and its names are all there is. */
function newStepsMigrated(block: MigrateBlock, { definition, traces }: Comparison): Problem[] {
  const followed = new Set(traces.flatMap(({ commands }) => commands.map(({ command }) => command)));
  return block.commands.flatMap((command) => {
    const now = definition.stepTypes.find(({ name }) => name === command.name);
    if (!now || followed.has(command)) return [];
    return command.properties.flatMap((property) => unknownName(property, now, new Set()));
  });
}

function namesOf({ stepTypes }: PluginDefinition): Set<string> {
  return new Set(stepTypes.map(({ name }) => name));
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

/** Two step types that one command takes along would say its faults twice. */
function onlyOnce(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
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
