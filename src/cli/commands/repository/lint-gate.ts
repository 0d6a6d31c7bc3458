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
import { type DialectName, dialectFor, lintPlugin } from '../../../upgrade/index.ts';

/** Looks at each package with step types as its servers will: what its upgrade file would lose there is an error. */
export function lintGate(configured: DialectName | null): Gate {
  return async ({ entry, before, readPackage: readBytes, readBefore }) => {
    const tree = await readPackage(await readBytes(), { name: entry.filename });
    const definition = definitionIn(tree, entry.filename);
    if (!definition) return [];
    const formerBytes = await readBefore();
    const former = formerBytes && before ? await readPackage(formerBytes, { name: before.filename }) : null;
    const previous = former && before ? definitionIn(former, before.filename) : null;
    const dialect = dialectFor({ configured }, definition);
    const problems = lintPlugin({ definition, previous, upgradeFile: upgradeFileIn(tree, entry.filename), dialect });
    return problems.map((problem): Problem => ({ ...problem, message: `${entry.id}: ${problem.message}` }));
  };
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
