import { LockstepError, type Problem } from '../../../failure/index.ts';
import { fileAt, type PackageTree, readPackage } from '../../../package/index.ts';
import {
  type PluginDefinition,
  parseLifecycleXml,
  parsePluginXml,
  parseUpgradeXml,
  type UpgradeFile,
} from '../../../plugin/index.ts';
import type { Gate } from '../../../repository/index.ts';
import { type DialectName, dialectFor, type KnownPlugins, lintPlugin } from '../../../upgrade/index.ts';

/** Who takes over from a plugin that the channel offers afterwards; null: nobody; undefined: it is not offered. */
export type SuccessorOf = (id: string) => Promise<string | null | undefined>;

/** Looks at each package with step types as its servers will: what its upgrade file would lose there is an error. */
export function lintGate(configured: DialectName | null, successorOf: SuccessorOf): Gate {
  return async ({ entry, before, readPackage: readBytes, readBefore }) => {
    const tree = await readPackage(await readBytes(), { name: entry.filename });
    const definition = definitionIn(tree, entry.filename);
    if (!definition) return [];
    const formerBytes = await readBefore();
    const former = formerBytes && before ? await readPackage(formerBytes, { name: before.filename }) : null;
    const previous = former && before ? definitionIn(former, before.filename) : null;
    const dialect = dialectFor({ configured }, definition);
    const upgradeFile = upgradeFileIn(tree, entry.filename);
    const others = await pluginsAfter(definition, successorOf);
    const problems = lintPlugin({ definition, previous, upgradeFile, dialect, others });
    return problems.map((problem): Problem => ({ ...problem, message: `${entry.id}: ${problem.message}` }));
  };
}

/** The plugins to which its successor leads [SUCC-1]; none is read for a plugin that names nobody. */
async function pluginsAfter({ id, successor }: PluginDefinition, successorOf: SuccessorOf): Promise<KnownPlugins> {
  const known = new Map<string, string | null>();
  for (let next = successor?.id; next !== undefined && next !== id && !known.has(next); ) {
    const after = await successorOf(next);
    if (after === undefined) break;
    known.set(next, after);
    next = after ?? undefined;
  }
  return known;
}

/** Who takes over from the plugin in a package, as it says itself. */
export async function successorIn(bytes: Uint8Array, name: string): Promise<string | null> {
  return definitionIn(await readPackage(bytes, { name }), name)?.successor?.id ?? null;
}

function definitionIn(tree: PackageTree, name: string): PluginDefinition | null {
  const xml = fileAt(tree, 'plugin.xml');
  if (!xml) return null;
  const { definition } = parsePluginXml(new TextDecoder().decode(xml), `${name}:plugin.xml`);
  const lifecycle = fileAt(tree, 'lifecycle.xml');
  if (!lifecycle) return definition;
  return parseLifecycleXml(new TextDecoder().decode(lifecycle), `${name}:lifecycle.xml`, definition).definition;
}

function upgradeFileIn(tree: PackageTree, name: string): UpgradeFile | LockstepError | null {
  const xml = fileAt(tree, 'upgrade.xml');
  if (!xml) return null;
  try {
    return parseUpgradeXml(new TextDecoder().decode(xml), `${name}:upgrade.xml`).upgradeFile;
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
}
