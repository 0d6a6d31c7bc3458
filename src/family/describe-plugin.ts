import { join } from 'node:path';
import { LockstepError, type Place, type Problem } from '../failure/index.ts';
import { type PortableEntry, portabilityProblems, sha256 } from '../package/index-write.ts';
import { decodePluginInfo, oldClientProblems, parsePluginInfo } from '../plugin/index-json.ts';
import { type BuiltFile, type BuiltTree, bytesOf } from './build/built-tree.ts';
import { contentsOfBuilt, digestContents } from './build/contents.ts';
import { packageName } from './recipe/target-names.ts';

/** What a built plugin says of itself. */
export interface PluginFacts {
  readonly version: string;
  /** The integer version of its plugin.xml; null for a plugin without step types. */
  readonly stepVersion: number | null;
  /** plugin-info as it stands. */
  readonly info: Readonly<Record<string, unknown>>;
  readonly packageName: string;
  /** Digest of everything but the versions. */
  readonly digest: string;
  readonly warnings: readonly Problem[];
  /** Code that no Python can read; null where there was none to read it. */
  readonly code: readonly Problem[] | null;
  /** Errors for those who publish to old clients too. */
  readonly oldClients: readonly Problem[];
}

/**
 * Reads plugin-info, plugin.xml and upgrade.xml of what a target builds. Throws `plugin-not-valid`, `json-not-valid`,
 * `xml-not-well-formed`, `package-not-safe` and the like, with the place in the family's own file.
 */
export async function describePlugin(tree: BuiltTree, familyFolder: string, target: Place): Promise<PluginFacts> {
  const infoNode = fileAt(tree, 'plugin-info');
  if (!infoNode) {
    throw new LockstepError('plugin-not-valid', `${tree.pluginId} has no plugin-info.`, {
      where: target,
      hint: 'Add a plugin-info with version, description and capabilities to the model folder.',
    });
  }
  const infoFile = shownPath(infoNode, 'plugin-info', familyFolder);
  const infoText = decodePluginInfo(bytesOf(infoNode), infoFile);
  const { info, problems } = parsePluginInfo(infoText, infoFile);
  const xml = fileAt(tree, 'plugin.xml');
  const upgrade = fileAt(tree, 'upgrade.xml');
  // few plugins have step types: the others do without the readers of XML
  const readers = xml || upgrade ? await import('../plugin/index.ts') : null;
  const step = xml && readers?.parsePluginXml(textOf(xml), shownPath(xml, 'plugin.xml', familyFolder));
  const hops = upgrade && readers?.parseUpgradeXml(textOf(upgrade), shownPath(upgrade, 'upgrade.xml', familyFolder));
  if (/[/\\\0]/.test(info.version) || info.version === '' || info.version.startsWith('.')) {
    throw new LockstepError('plugin-not-valid', `"${info.version}" cannot be part of a package's name.`, {
      where: info.versionAt,
      hint: 'Write numbers with dots, such as 1.4.2.',
    });
  }
  const odd = oddNames(tree, familyFolder, target);
  return {
    version: info.version,
    stepVersion: step?.definition.version ?? null,
    info: info.raw,
    packageName: packageName(tree.pluginId, info.version),
    digest: digestContents(contentsOfBuilt(tree)),
    warnings: [...problems, ...(step?.problems ?? []), ...(hops?.problems ?? []), ...odd],
    code: null,
    oldClients: oldClientProblems({ id: tree.pluginId, idAt: target, text: infoText, file: infoFile }),
  };
}

/** Warnings of names that not every system keeps apart. Throws `package-not-safe` for what nobody would unpack. */
function oddNames(tree: BuiltTree, familyFolder: string, target: Place): Problem[] {
  const entries = [...tree.nodes].map(([path, node]): PortableEntry => {
    if (node.kind !== 'file')
      return { path, kind: node.kind, ...(node.kind === 'link' ? { target: node.target } : {}) };
    const { content, mode } = node;
    if (content.kind === 'source')
      return { path, kind: 'file', size: content.size, content: () => `${mode} ${content.sha256}` };
    const bytes = content.bytes();
    return { path, kind: 'file', size: bytes.length, content: () => `${mode} ${sha256(bytes)}` };
  });
  const whereOf = (path: string): Place => {
    const node = tree.nodes.get(path);
    const source = node && node.kind !== 'directory' ? node.sources[0] : undefined;
    return source === undefined ? target : { file: join(familyFolder, source), line: 1, column: 1 };
  };
  return portabilityProblems(entries).map(({ path, ...problem }) => {
    const where = whereOf(path);
    if (problem.severity !== 'error') return { ...problem, where };
    throw new LockstepError('package-not-safe', `${tree.pluginId}: ${problem.message}`, { hint: problem.hint!, where });
  });
}

/** The family's own file that a built file comes from, as a user would name it; null when it is computed. */
export function sourceOf(node: BuiltFile): string | null {
  return node.content.kind === 'source' ? node.sources[0]! : null;
}

function shownPath(node: BuiltFile, path: string, familyFolder: string): string {
  const source = sourceOf(node);
  return source === null ? `${path} (computed by the recipe of ${familyFolder})` : join(familyFolder, source);
}

function fileAt({ nodes }: BuiltTree, path: string): BuiltFile | null {
  const node = nodes.get(path);
  return node?.kind === 'file' ? node : null;
}

function textOf(node: BuiltFile): string {
  return Buffer.from(bytesOf(node)).toString('utf8');
}
