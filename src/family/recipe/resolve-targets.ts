import { LockstepError, type Problem, problemOf } from '../../failure/index.ts';
import { assembleTarget, type RunCommand } from '../build/assemble.ts';
import { type BuiltTree, inputsDigest } from '../build/built-tree.ts';
import { describePlugin, type PluginFacts } from '../describe-plugin.ts';
import type { FamilyTree, LoadedFamily } from '../family-tree.ts';
import { checkCode } from './check-code.ts';
import type { RecipeTarget } from './recipe.ts';
import type { ResolvedTarget, TargetFailure } from './resolved-target.ts';
import { type Selection, targetsOf } from './select-targets.ts';

export interface Resolution {
  readonly targets: readonly ResolvedTarget[];
  readonly failures: readonly TargetFailure[];
  /** What is to be said of the tree as a whole, such as what could not be checked. */
  readonly notices: readonly Problem[];
}

/**
 * Works out what every selected target builds. A target that cannot be built is a failure of its own; the others are
 * not concerned. What was known of unchanged targets is not computed again, and what was learnt is remembered.
 */
export async function resolveTargets(tree: FamilyTree, isMeant: Selection): Promise<Resolution> {
  const resolved: ResolvedTarget[] = [];
  const failures: TargetFailure[] = [];
  const owners = ownersOf(tree);
  for (const family of tree.families) {
    const meant = targetsOf(family).filter((target) => isMeant(family.name, target));
    if (family.failure && (tree.only === null || tree.only === family.name)) {
      failures.push({ family: family.name, target: null, pluginId: null, problem: problemOf(family.failure) });
    }
    for (const target of meant) {
      try {
        refuseSharedId(target, family, owners);
        resolved.push(await resolveTarget(tree, family, target));
      } catch (error) {
        if (!(error instanceof LockstepError)) throw error;
        failures.push(failureOf(family, target, problemOf(error)));
      }
    }
  }
  const { checked, notices } = await checkCode(resolved, tree);
  const refusedOf = ({ facts }: ResolvedTarget) => [
    ...(facts.code ?? []),
    ...(tree.newClientsOnly ? [] : facts.oldClients),
  ];
  for (const one of checked)
    failures.push(...refusedOf(one).map((problem) => failureOf(one.family, one.target, problem)));
  const targets = checked.filter((one) => refusedOf(one).length === 0);
  const learnt = targets.map(({ tree: { pluginId }, inputs, facts }) => [pluginId, { inputs, facts }] as const);
  const isNews = learnt.some(([id, { facts }]) => tree.memory.facts[id]?.facts !== facts);
  tree.remember(isNews ? { ...tree.memory.facts, ...Object.fromEntries(learnt) } : tree.memory.facts);
  return { targets, failures, notices };
}

function failureOf(family: LoadedFamily, { id, pluginId }: RecipeTarget, problem: Problem): TargetFailure {
  return { family: family.name, target: id, pluginId, problem };
}

/** Works targets out before they are asked for; what cannot be built fails when it is. */
export function resolveEarly(family: LoadedFamily): void {
  for (const target of targetsOf(family)) {
    const outcome = workOut(target, { family, runCommand: null, known: undefined });
    // whoever asks for it meets the error
    outcome.catch(() => undefined);
    early.set(target, outcome);
  }
}

interface WorkedOut {
  readonly tree: BuiltTree;
  readonly inputs: string;
  readonly facts: PluginFacts;
}

const early = new WeakMap<RecipeTarget, Promise<WorkedOut>>();

async function resolveTarget(tree: FamilyTree, family: LoadedFamily, target: RecipeTarget): Promise<ResolvedTarget> {
  const runCommand = tree.allowCommands
    ? (await import('./run-foreign-command.ts')).foreignCommandRunner(family.folder)
    : null;
  const known = tree.memory.facts[target.pluginId];
  const outcome = await (early.get(target) ?? workOut(target, { family, runCommand, known }));
  return { family, target, ...outcome };
}

async function workOut(
  target: RecipeTarget,
  {
    family,
    runCommand,
    known,
  }: {
    readonly family: LoadedFamily;
    readonly runCommand: RunCommand | null;
    readonly known: { readonly inputs: string; readonly facts: PluginFacts } | undefined;
  },
): Promise<WorkedOut> {
  const tree = assembleTarget(target, family.sources, runCommand);
  const inputs = inputsDigest(tree);
  // what an earlier Lockstep remembered knows nothing of code
  const remembered = known?.inputs === inputs && known.facts.code !== undefined ? known.facts : null;
  if (remembered) return { tree, inputs, facts: remembered };
  const facts = await describePlugin(tree, family.shown, target.at);
  const packages = await packageProblems({ family, target, tree, inputs, facts });
  return { tree, inputs, facts: { ...facts, warnings: [...facts.warnings, ...packages] } };
}

/** What the lists of packages and the names of firmware say; plugins without such a list do without the reader. */
async function packageProblems(resolved: ResolvedTarget): Promise<readonly Problem[]> {
  if (!resolved.tree.nodes.has('pkgs/pkgs.db')) return [];
  const { firmwareProblems } = await import('../phones/firmware-problems.ts');
  return firmwareProblems(resolved);
}

type Owners = ReadonlyMap<string, readonly { readonly family: LoadedFamily; readonly target: RecipeTarget }[]>;

function ownersOf(tree: FamilyTree): Owners {
  const owners = new Map<string, { family: LoadedFamily; target: RecipeTarget }[]>();
  for (const family of tree.families) {
    for (const target of targetsOf(family)) {
      owners.set(target.pluginId, [...(owners.get(target.pluginId) ?? []), { family, target }]);
    }
  }
  return owners;
}

function refuseSharedId(target: RecipeTarget, family: LoadedFamily, owners: Owners): void {
  const other = owners.get(target.pluginId)?.find((owner) => owner.family !== family || owner.target !== target);
  if (!other) return;
  throw new LockstepError(
    'plugin-conflict',
    `The plugin id "${target.pluginId}" is also built by ${other.family.name}:${other.target.id} (${other.target.at.file}:${other.target.at.line}).`,
    { where: target.at, hint: 'Give each plugin an id of its own.' },
  );
}
