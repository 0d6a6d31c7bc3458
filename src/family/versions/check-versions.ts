import { join } from 'node:path';
import type { Problem } from '../../failure/index.ts';
import { compareVersions } from '../../plugin/index-json.ts';
import { changedPaths, contentsOfBuilt, filesOf } from '../build/contents.ts';
import { openFamilyTree, type TreeOptions } from '../family-tree.ts';
import { resolveTargets } from '../recipe/resolve-targets.ts';
import type { ResolvedTarget, TargetFailure } from '../recipe/resolved-target.ts';
import { selectTargets } from '../recipe/select-targets.ts';
import type { PublishedContents, PublishedOffer, PublishedPlugin } from './offer.ts';
import { versionPlace } from './version-places.ts';

export interface CheckOptions extends TreeOptions {
  /** `FAMILY` or `FAMILY:TARGET`; none: all. */
  readonly what?: readonly string[];
  readonly offer: PublishedOffer;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * `new`: the offer has no such plugin. `same`: nothing changed. `raised`: changed, with a higher version. `bump`:
 * changed, and a version must be raised. `needless`: only the version is higher. `lower`: the version is lower.
 */
export type VersionState = 'new' | 'same' | 'raised' | 'bump' | 'needless' | 'lower';

export interface CheckedTarget {
  readonly family: string;
  readonly target: string;
  readonly pluginId: string;
  readonly state: VersionState;
  readonly version: string;
  /** The version that is offered; null for a new plugin. */
  readonly published: string | null;
  readonly stepVersion: number | null;
  readonly publishedStep: number | null;
  readonly changes: readonly FileChange[];
  readonly problems: readonly Problem[];
}

/** One path of the built plugin that differs, and the files of the family that it comes from. */
export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly sources: readonly string[];
}

/** A file of the family, and every plugin whose version it forces up. */
export interface Reach {
  readonly file: string;
  readonly plugins: readonly string[];
}

export interface CheckReport {
  readonly against: string;
  readonly targets: readonly CheckedTarget[];
  readonly failed: readonly TargetFailure[];
  readonly problems: readonly Problem[];
  /** Of the targets in state `bump`. */
  readonly reach: readonly Reach[];
}

/** A target after the check, with what `bump` needs. */
export interface Checked extends CheckedTarget {
  readonly resolved: ResolvedTarget;
  readonly raise: { readonly version: boolean; readonly stepVersion: boolean };
}

/**
 * Compares what every target builds, versions left out, with what was published. Other bytes under the same version
 * are an error that names the files; bytes that did not change ask for nothing, whatever happened to their sources.
 */
export async function checkVersions(options: CheckOptions): Promise<CheckReport> {
  const { targets, failed, notices } = await checkTargets(options);
  return {
    against: options.offer.label,
    targets: targets.map(({ resolved: _resolved, raise: _raise, ...rest }) => rest),
    failed,
    problems: [...failed.map(({ problem }) => problem), ...notices, ...targets.flatMap(({ problems }) => problems)],
    reach: reachOf(targets.filter(({ state }) => state === 'bump')),
  };
}

/** The check itself, for whoever goes on with it. */
export async function checkTargets(options: CheckOptions): Promise<{
  readonly targets: readonly Checked[];
  readonly failed: readonly TargetFailure[];
  readonly notices: readonly Problem[];
}> {
  const tree = await openFamilyTree(options);
  const { targets, failures, notices } = await resolveTargets(tree, selectTargets(tree, options.what ?? []));
  const checked: Checked[] = [];
  for (const resolved of targets) {
    options.signal?.throwIfAborted();
    checked.push(await checkTarget(resolved, options.offer));
    options.onProgress?.(checked.length, targets.length);
  }
  return { targets: checked, failed: failures, notices };
}

async function checkTarget(resolved: ResolvedTarget, offer: PublishedOffer): Promise<Checked> {
  const { family, target, tree, facts } = resolved;
  const base = {
    family: family.name,
    target: target.id,
    pluginId: tree.pluginId,
    version: facts.version,
    stepVersion: facts.stepVersion,
    resolved,
  };
  if (offer.unchanged?.has(family.name)) {
    const same = { published: facts.version, publishedStep: facts.stepVersion, changes: [], problems: [] };
    return { ...base, ...same, state: 'same', raise: { version: false, stepVersion: false } };
  }
  const published = offer.plugins.get(tree.pluginId);
  if (!published) {
    const nothing = { published: null, publishedStep: null, changes: [], problems: [] };
    return { ...base, ...nothing, state: 'new', raise: { version: false, stepVersion: false } };
  }
  const { changes, publishedStep } = await compare(resolved, published, offer);
  const order = compareVersions(facts.version, published.version);
  const stepRaise = needsStepVersion(facts.stepVersion, publishedStep, changes);
  const state = stateOf(order, changes.length > 0, stepRaise !== 'no');
  const seen = { ...base, published: published.version, publishedStep, changes, state };
  return {
    ...seen,
    raise: { version: order < 0 || (order === 0 && changes.length > 0), stepVersion: stepRaise !== 'no' },
    problems: [...versionProblems(seen, offer), ...stepProblems(seen, stepRaise, offer)],
  };
}

async function compare(
  { tree, facts, family }: ResolvedTarget,
  published: PublishedPlugin,
  { knowsFolders }: PublishedOffer,
): Promise<{ changes: FileChange[]; publishedStep: number | null }> {
  // a plugin with step types has a second version, which only the package tells
  if (published.digest === facts.digest && facts.stepVersion === null) return { changes: [], publishedStep: null };
  const before = await published.read();
  if (published.digest === facts.digest) return { changes: [], publishedStep: before.stepVersion };
  const view = knowsFolders ? <T>(contents: T) => contents : filesOf;
  const [old, now] = [view(before.contents), view(contentsOfBuilt(tree))];
  const changes = changedPaths(old, now).map((path): FileChange => {
    const change = !old.has(path) ? 'added' : now.has(path) ? 'changed' : 'removed';
    return { path, change, sources: sourcesOf(path, { tree, before, family }) };
  });
  return { changes, publishedStep: before.stepVersion };
}

interface Blame {
  readonly tree: ResolvedTarget['tree'];
  readonly before: PublishedContents;
  readonly family: ResolvedTarget['family'];
}

/** A computed file whose sources are what they were has changed because the recipe did; so has one that is gone. */
function sourcesOf(path: string, { tree, before, family }: Blame): readonly string[] {
  const node = tree.nodes.get(path);
  if (!node || node.kind === 'directory') return [];
  if (node.kind === 'link' || node.content.kind === 'source') return node.sources;
  const place = { file: family.recipe, line: 1, column: 1 };
  const isSame = (source: string) =>
    before.sources?.get(source) === family.sources.digest(family.sources.root(source, true, place));
  return node.sources.every(isSame) ? [family.recipe] : node.sources;
}

/** Step types and hops belong to the integer version; scripts and files do not ([DO-1] replaces them in place). */
function needsStepVersion(
  now: number | null,
  published: number | null,
  changes: readonly FileChange[],
): 'no' | 'raise' | 'lower' {
  if (now === null || published === null) return 'no';
  if (now < published) return 'lower';
  const declared = changes.some(({ path }) => path === 'plugin.xml' || path === 'upgrade.xml');
  return declared && now === published ? 'raise' : 'no';
}

function stateOf(order: number, changed: boolean, stepNeeds: boolean): VersionState {
  if (order < 0) return 'lower';
  if (stepNeeds || (changed && order === 0)) return 'bump';
  if (changed) return 'raised';
  return order === 0 ? 'same' : 'needless';
}

type Seen = Omit<Checked, 'problems' | 'raise'>;

function versionProblems(seen: Seen, offer: PublishedOffer): Problem[] {
  const { pluginId, version, published, changes, resolved } = seen;
  const where = versionPlace(resolved, 'plugin-info');
  if (seen.state === 'lower') {
    return [
      {
        code: 'version-lower',
        severity: 'error',
        message: `${pluginId} is at ${version}, but ${offer.label} already offers ${published}.`,
        hint: `Raise it above ${published} (lockstep bump).`,
        where,
      },
    ];
  }
  if (seen.state === 'needless') {
    return [
      {
        code: 'version-needless',
        severity: 'notice',
        message: `${pluginId} builds the same as ${published} in ${offer.label}; only its version rose to ${version}.`,
        where,
      },
    ];
  }
  if (changes.length === 0 || compareVersions(version, published!) > 0) return [];
  return [
    {
      code: 'version-not-raised',
      severity: 'error',
      message: `${pluginId} differs from ${published} in ${offer.label} but is still at ${version}: ${describe(changes)}.`,
      hint: 'Raise its version (lockstep bump).',
      where,
    },
  ];
}

function stepProblems(seen: Seen, raise: 'no' | 'raise' | 'lower', offer: PublishedOffer): Problem[] {
  if (raise === 'no') return [];
  const { pluginId, stepVersion, publishedStep, resolved } = seen;
  const why =
    raise === 'lower'
      ? `is at ${stepVersion}, but ${offer.label} already offers ${publishedStep}`
      : `declares other steps than version ${publishedStep} in ${offer.label} but is still at ${stepVersion}`;
  return [
    {
      code: raise === 'lower' ? 'step-version-lower' : 'step-version-not-raised',
      severity: 'error',
      message: `The plugin.xml of ${pluginId} ${why}.`,
      hint: `Raise <identifier version> above ${publishedStep} (lockstep bump) and describe the hop in upgrade.xml.`,
      where: versionPlace(resolved, 'plugin.xml'),
    },
  ];
}

function describe(changes: readonly FileChange[]): string {
  const names = [...new Set(changes.flatMap(({ path, sources }) => (sources.length > 0 ? sources : [path])))];
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function reachOf(targets: readonly Checked[]): Reach[] {
  const reach = new Map<string, Set<string>>();
  for (const { resolved, pluginId, changes } of targets) {
    for (const { path, sources } of changes) {
      const files = sources.length > 0 ? sources : [`${path} (no longer built by ${resolved.family.recipe})`];
      for (const file of files) {
        const shown = join(resolved.family.shown, file);
        reach.set(shown, (reach.get(shown) ?? new Set()).add(pluginId));
      }
    }
  }
  return [...reach]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, plugins]) => ({ file, plugins: [...plugins].sort() }));
}
