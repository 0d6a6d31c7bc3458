import { readFile } from 'node:fs/promises';
import { type ErrorCode, LockstepError, type Problem } from '../failure/index.ts';
import { fileAt, type PackageTree, readPackage, sha1, sha256 } from '../package/index.ts';
import {
  decodePluginInfo,
  isPluginId,
  isVersionName,
  oldClientProblems,
  parsePluginInfo,
  parsePluginXml,
} from '../plugin/index.ts';
import { parseExactJson } from './canonical-json.ts';
import { describeEntry, type IndexEntry, isPlainFileName } from './index-entry.ts';
import type { PackageInput } from './repository.ts';

export interface InspectedPackage {
  readonly entry: IndexEntry;
  readonly content: PackageInput['content'];
  readonly problems: readonly Problem[];
}

/** Faults of a single package; others, such as a full disk, concern them all. */
const faultsOfOne: ReadonlySet<string> = new Set<ErrorCode>([
  'package-not-readable',
  'package-not-safe',
  'json-not-valid',
  'plugin-not-valid',
  'xml-not-well-formed',
  'xml-not-safe',
  'xml-not-valid',
  'version-published',
]);

export function isFaultOfPackage({ code }: LockstepError): boolean {
  return faultsOfOne.has(code);
}

/**
 * Opens a package and describes it as an index entry. A package has one root folder with a `plugin-info`, or is one of
 * a step plugin with `plugin.xml` (its id and version are then those of the `identifier`, whatever its folder is called).
 * Throws `package-not-readable`, `package-not-safe`, `json-not-valid`, `plugin-not-valid`, `xml-not-well-formed`.
 */
export async function inspectPackage(input: PackageInput, newClientsOnly = false): Promise<InspectedPackage> {
  if (!isPlainFileName(input.name)) {
    throw new LockstepError('package-not-safe', `"${input.name}" is no plain file name for a package.`, {
      hint: 'Use letters, digits, dots and dashes, without folders.',
    });
  }
  const bytes = input.content instanceof Uint8Array ? input.content : await readFile(input.content.file);
  const tree = await readPackage(bytes, { name: input.name });
  const { id, info, problems } = await describePlugin(tree, input.name, newClientsOnly);
  refuseNames(id, String(info['version']), input.name);
  const entry = describeEntry({
    id,
    info,
    filename: input.name,
    size: bytes.byteLength,
    sha1: sha1(bytes),
    sha256: sha256(bytes),
    digest: input.digest ?? null,
    family: input.family ?? null,
  });
  return { entry, content: input.content, problems };
}

/** Both are parts of the names of files and folders. Throws `plugin-not-valid`. */
function refuseNames(id: string, version: string, name: string): void {
  if (!isPluginId(id)) {
    throw new LockstepError('plugin-not-valid', `${name}: ${JSON.stringify(id)} cannot be a plugin's id.`, {
      hint: 'Name the root folder after the plugin, with letters, digits, dots and dashes.',
    });
  }
  if (!isVersionName(version)) {
    throw new LockstepError('plugin-not-valid', `${name}: ${JSON.stringify(version)} cannot be a version.`, {
      hint: 'Write numbers with dots, such as 1.4.2.',
    });
  }
}

async function describePlugin(
  tree: PackageTree,
  name: string,
  newClientsOnly: boolean,
): Promise<{ id: string; info: Record<string, unknown>; problems: readonly Problem[] }> {
  const infoBytes = fileAt(tree, 'plugin-info');
  if (infoBytes && tree.root !== null) {
    if (!tree.rootEntry) throw noRootEntry(name, tree.root);
    const file = `${name}:${tree.root}/plugin-info`;
    const text = decodePluginInfo(infoBytes, file);
    const { problems } = parsePluginInfo(text, file);
    const idAt = { file: name, line: 1, column: 1 };
    const [refused] = newClientsOnly ? [] : oldClientProblems({ id: tree.root, idAt, text, file });
    if (refused) {
      const { message, hint, where } = refused;
      throw new LockstepError('plugin-not-valid', message, {
        hint: `${hint} Or publish with --new-clients-only.`,
        where: where!,
      });
    }
    const info = parseExactJson(text.replace(/^\ufeff/, ''), name, 'json-not-valid') as Record<string, unknown>;
    return { id: tree.root, info, problems };
  }
  const xml = fileAt(tree, 'plugin.xml');
  if (!xml) {
    throw new LockstepError(
      'package-not-readable',
      `${name} is no plugin: it has neither plugin-info nor plugin.xml.`,
      {
        hint: 'A package holds one folder, named after the plugin, with its plugin-info; or plugin.xml at its top.',
      },
    );
  }
  const { definition, problems } = parsePluginXml(new TextDecoder().decode(xml), `${name}:plugin.xml`);
  const info = { version: String(definition.version), description: definition.description, capabilities: {} };
  return { id: definition.id, info, problems };
}

function noRootEntry(name: string, root: string): LockstepError {
  return new LockstepError('package-not-readable', `${name} has no entry for its root folder "${root}/".`, {
    hint: 'Old servers need it. Build the package with "lockstep package".',
  });
}
