import type { Problem } from '../failure/index.ts';
import type { FamilyTree, LoadedFamily } from './family-tree.ts';
import type { Operation, RecipeTarget } from './recipe/recipe.ts';
import { resolveTargets } from './recipe/resolve-targets.ts';
import type { ResolvedTarget } from './recipe/resolved-target.ts';
import { targetsOf } from './recipe/select-targets.ts';

/** A family as `family show` prints it. */
export interface FamilyDescription {
  readonly name: string;
  readonly folder: string;
  readonly recipe: 'build.py' | 'family.json';
  readonly targets: readonly TargetDescription[];
  /** Every file of the family and the plugins it lands in, the recipe itself left out. */
  readonly files: readonly { readonly file: string; readonly plugins: readonly string[] }[];
  /** Why the family as a whole, or single targets, cannot be built. */
  readonly problems: readonly Problem[];
}

export interface TargetDescription {
  readonly id: string;
  readonly pluginId: string;
  /** Null where the target cannot be built. */
  readonly version: string | null;
  readonly stepVersion: number | null;
  readonly stdDirs: boolean;
  /** What the recipe does, in order, in words. */
  readonly layers: readonly string[];
  /** Files in the built plugin. */
  readonly files: number;
}

/** Describes one family of a tree: its targets, their layers, and where each of its files ends up. */
export async function describeFamily(tree: FamilyTree, family: LoadedFamily): Promise<FamilyDescription> {
  const { targets, failures } = await resolveTargets(tree, (name) => name === family.name);
  const byId = new Map(targets.map((target) => [target.target.id, target]));
  return {
    name: family.name,
    folder: family.shown,
    recipe: family.recipe,
    targets: targetsOf(family).map((target) => describeTarget(target, byId.get(target.id))),
    files: filesOfFamily(family, targets),
    problems: failures.filter((failure) => failure.family === family.name).map(({ problem }) => problem),
  };
}

function describeTarget(target: RecipeTarget, resolved: ResolvedTarget | undefined): TargetDescription {
  return {
    id: target.id,
    pluginId: target.pluginId,
    version: resolved?.facts.version ?? null,
    stepVersion: resolved?.facts.stepVersion ?? null,
    stdDirs: target.stdDirs,
    layers: target.operations.map(describeOperation),
    files: [...(resolved?.tree.nodes.values() ?? [])].filter(({ kind }) => kind !== 'directory').length,
  };
}

function describeOperation(operation: Operation): string {
  switch (operation.kind) {
    case 'folder':
      return `make ${operation.path}/`;
    case 'move':
      return `move ${operation.from} to ${operation.to}`;
    case 'remove':
      return `remove ${operation.path}${operation.tree ? '/' : ''}`;
    case 'link':
      return `link ${operation.path} to ${operation.target}`;
    case 'mode':
      return `make ${operation.path} ${operation.executable ? '' : 'not '}executable`;
    case 'command':
      return `run ${operation.command.argv.join(' ')}`;
    case 'copy': {
      const from = operation.sources.map(({ path, contents }) => `${path || '.'}${contents ? '/' : ''}`).join(', ');
      const to = operation.to === '' ? '' : ` to ${operation.to}`;
      const filters = operation.filters.map(
        ({ verdict, pattern }) => `${verdict === 'exclude' ? '-' : '+'} ${pattern}`,
      );
      return `copy ${from}${to}${filters.length > 0 ? ` (${filters.join(', ')})` : ''}`;
    }
    case 'file': {
      const parts = operation.parts.map((part) =>
        part.kind === 'substitute' ? `${part.sources.join(', ')} with ${part.script.texts.join(';')}` : part.kind,
      );
      return `write ${operation.to} from ${parts.join(' and ') || 'nothing'}`;
    }
  }
}

function filesOfFamily(family: LoadedFamily, targets: readonly ResolvedTarget[]): FamilyDescription['files'] {
  const plugins = new Map<string, string[]>();
  for (const path of sourceFiles(family, '')) if (path !== family.recipe) plugins.set(path, []);
  for (const { tree } of targets) {
    for (const node of tree.nodes.values()) {
      if (node.kind === 'directory') continue;
      for (const source of node.sources) {
        const reached = plugins.get(source) ?? [];
        if (!reached.includes(tree.pluginId)) plugins.set(source, [...reached, tree.pluginId]);
      }
    }
  }
  return [...plugins].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, ids]) => ({ file, plugins: ids }));
}

function sourceFiles(family: LoadedFamily, folder: string): string[] {
  return family.sources.list(folder).flatMap((entry) => {
    if (entry.path.split('/').at(-1)!.startsWith('.')) return [];
    return entry.kind === 'directory' ? sourceFiles(family, entry.path) : [entry.path];
  });
}
