import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LockstepError, problemOf } from '../../failure/index.ts';
import { type FamilyTree, openFamilyTree } from '../family-tree.ts';
import type { FoundTree } from '../find-families.ts';
import { resolveEarly, resolveTargets } from '../recipe/resolve-targets.ts';
import type { ResolvedTarget, TargetFailure } from '../recipe/resolved-target.ts';
import { selectTargets, targetsOf } from '../recipe/select-targets.ts';
import { isUntouched, type Output, type OutputMemory, type Outputs, offeredBy, publicPart } from './build-outputs.ts';
import type { BuildOptions, BuildReport, BuildSite } from './build-report.ts';
import { packAll } from './pack-all.ts';
import type { Packers } from './packers.ts';
import { writeMemory } from './source-memory.ts';
import { forgetLastBuild, rememberLastBuild } from './unchanged-build.ts';

interface ChangedBuild {
  readonly found: FoundTree;
  readonly site: BuildSite;
  readonly options: BuildOptions;
  readonly before: OutputMemory;
  readonly packers: Packers;
}

/** The build proper: reads the recipes, works out every target, and packs those whose inputs or outputs differ. */
export async function buildChanged({ found, site, options, before: all, packers }: ChangedBuild): Promise<BuildReport> {
  const since = Date.now();
  const before = all.outputs[site.out] ?? {};
  // a command may read what the operations before it wrote: then nothing is done ahead
  const ahead = options.allowCommands ? {} : { onRecorded: resolveEarly };
  const tree = await openFamilyTree({ ...options, ...ahead });
  const { targets, failures, notices } = await resolveTargets(tree, selectTargets(tree, options.what ?? []));
  const [distinct, clashes] = refuseSharedNames(targets);
  mkdirSync(site.out, { recursive: true });
  mkdirSync(site.folders, { recursive: true });

  const pending = distinct.filter((target) => !isUpToDate(before[target.tree.pluginId], target, site));
  const isGone = goneTargets(tree);
  forgetLastBuild(site);
  const { made, failed } = await packAll(pending, { site, options, packers });
  const kept = Object.entries(before).filter(([id, output]) => !isGone(id) && isUntouched(output, site.out));
  const outputs = new Map([...kept, ...made]);
  const removed = removeSuperseded(before, outputs, { out: site.out, isGone });
  const same = Object.entries(before).every(([id, output]) => outputs.get(id) === output);
  if (!same || outputs.size !== Object.keys(before).length) {
    const outputMemory: OutputMemory = { outputs: { ...all.outputs, [site.out]: Object.fromEntries(outputs) } };
    writeMemory(join(site.memory, 'outputs.json'), outputMemory);
  }
  const report: BuildReport = {
    ...site,
    built: [...made.values()].map(publicPart),
    unchanged: distinct
      .filter((target) => !pending.includes(target))
      .map(({ tree: { pluginId } }) => publicPart(outputs.get(pluginId)!)),
    failed: [...failures, ...clashes, ...failed],
    removed,
    offered: offeredBy(outputs.values()),
    warnings: [...tree.warnings, ...notices, ...targets.flatMap(({ facts }) => facts.warnings)],
  };
  // what was not checked is looked at again next time
  if (report.failed.length === 0 && tree.isCertain && notices.length === 0) {
    const plugins = distinct.map((target) => target.tree.pluginId);
    const looked = tree.families.flatMap(({ sources }) => sources.looked());
    rememberLastBuild({ found, site, options, looked, since, plugins, warnings: report.warnings });
  }
  return report;
}

function isUpToDate(before: Output | undefined, target: ResolvedTarget, { out, folders }: BuildSite): boolean {
  if (before?.inputs !== target.inputs || before.filename !== target.facts.packageName) return false;
  const folder = join(folders, target.tree.pluginId);
  return before.folder === folder && existsSync(folder) && isUntouched(before, out);
}

/** Says whether no target builds a plugin any longer. Where a recipe cannot be read, nobody knows. */
function goneTargets({ families }: FamilyTree): (pluginId: string) => boolean {
  const known = new Set(families.flatMap((family) => targetsOf(family).map(({ pluginId }) => pluginId)));
  const allKnown = families.every(({ failure }) => failure === null);
  return (pluginId) => allKnown && !known.has(pluginId);
}

function removeSuperseded(
  before: Outputs,
  outputs: ReadonlyMap<string, Output>,
  { out, isGone }: { readonly out: string; readonly isGone: (pluginId: string) => boolean },
): string[] {
  const names = new Set([...outputs.values()].map(({ filename }) => filename));
  const removed: string[] = [];
  for (const [id, output] of Object.entries(before)) {
    // somebody else's file by now: theirs to remove
    if (!names.has(output.filename) && isUntouched(output, out)) {
      rmSync(join(out, output.filename), { force: true });
      removed.push(output.filename);
    }
    if (isGone(id)) rmSync(output.folder, { recursive: true, force: true });
  }
  return removed.sort();
}

/** `a_b` and `a-b` at one version would be one file. */
function refuseSharedNames(targets: readonly ResolvedTarget[]): [ResolvedTarget[], TargetFailure[]] {
  const byName = new Map<string, ResolvedTarget[]>();
  for (const target of targets) {
    const { packageName } = target.facts;
    byName.set(packageName, [...(byName.get(packageName) ?? []), target]);
  }
  const distinct = targets.filter(({ facts }) => byName.get(facts.packageName)!.length === 1);
  const clashes = targets
    .filter((target) => !distinct.includes(target))
    .map(({ family, target, facts }) => {
      const problem = problemOf(
        new LockstepError('plugin-conflict', `Another plugin's package would be called ${facts.packageName} as well.`, {
          where: target.at,
          hint: 'Plugin ids that differ only in "_" and "-" need different versions or names.',
        }),
      );
      return { family: family.name, target: target.id, pluginId: target.pluginId, problem };
    });
  return [distinct, clashes];
}
