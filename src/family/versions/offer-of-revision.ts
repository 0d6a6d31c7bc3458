import { join } from 'node:path';
import type { Problem } from '../../failure/index.ts';
import { contentsOfBuilt } from '../build/contents.ts';
import { openFamilyTree, type TreeOptions } from '../family-tree.ts';
import { findFamilies } from '../find-families.ts';
import { resolveTargets } from '../recipe/resolve-targets.ts';
import type { ResolvedTarget } from '../recipe/resolved-target.ts';
import { changedSince, layOutFromGit } from './git-tree.ts';
import type { PublishedOffer, PublishedPlugin } from './offer.ts';

/**
 * What a git revision builds, as an offer; `problems` names what that revision could not build. Families that are as they
 * were then are not built again: they are `unchanged`.
 */
export async function offerOfRevision(
  revision: string,
  options: TreeOptions,
): Promise<PublishedOffer & { readonly problems: readonly Problem[] }> {
  const now = findFamilies(options.dir);
  const label = `git:${revision}`;
  const changed = changedSince(now.folder, revision);
  const unchanged = new Set(now.families.map(({ name }) => name).filter((name) => !changed.has(name)));
  // all that changed, since a plugin may have gone from one family to another
  const then = layOutFromGit(now.folder, revision, changed);
  try {
    const isEmpty = !hasFamilies(then.dir);
    if (isEmpty) return { label, knowsFolders: false, unchanged, plugins: new Map(), problems: [] };
    const tree = await openFamilyTree({ ...options, dir: then.dir, shownAs: label, remember: false });
    const { targets, failures } = await resolveTargets(tree, () => true);
    const plugins = new Map(targets.map((target) => [target.tree.pluginId, published(target)] as const));
    return { label, knowsFolders: false, unchanged, plugins, problems: failures.map(asWarning) };
  } finally {
    then.remove();
  }
}

function published({ tree, facts, family }: ResolvedTarget): PublishedPlugin {
  const contents = contentsOfBuilt(tree);
  const sources = new Map<string, string>();
  for (const node of tree.nodes.values()) {
    if (node.kind !== 'file') continue;
    for (const path of node.sources) {
      const at = { file: join(family.shown, path), line: 1, column: 1 };
      sources.set(path, family.sources.digest(family.sources.root(path, true, at)));
    }
  }
  const { stepVersion } = facts;
  return {
    version: facts.version,
    digest: null,
    read: async () => ({ contents, stepVersion, sources }),
  };
}

function hasFamilies(dir: string): boolean {
  try {
    return findFamilies(dir).families.length > 0;
  } catch {
    return false;
  }
}

function asWarning({ problem }: { readonly problem: Problem }): Problem {
  return { ...problem, severity: 'warning' };
}
