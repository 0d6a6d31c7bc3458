import { digestEntries, type PackageTree, sha256 } from '../../package/index-write.ts';
import { withoutVersion } from '../versions/version-spans.ts';
import { type BuiltTree, bytesOf } from './built-tree.ts';

/** What a plugin holds, versions left out: per path one text that changes when kind, mode, target or bytes do. */
export type Contents = ReadonlyMap<string, string>;

/** Of what a target builds. */
export function contentsOfBuilt({ nodes }: BuiltTree): Contents {
  const contents = new Map<string, string>();
  for (const [path, node] of [...nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (node.kind === 'directory') contents.set(path, 'directory 755 -');
    else if (node.kind === 'link') contents.set(path, `link 777 ${sha256(node.target)}`);
    else {
      const plain = node.content.kind === 'source' && !isVersioned(path);
      const digest = plain ? node.content.sha256 : sha256(withoutVersion(path, bytesOf(node)));
      contents.set(path, `file ${node.mode.toString(8)} ${digest}`);
    }
  }
  return contents;
}

/** Of a package that was read. */
export function contentsOfPackage(tree: PackageTree): Contents {
  return digestEntries(tree, {
    view: (entry) => (entry.kind === 'file' ? { ...entry, bytes: withoutVersion(entry.path, entry.bytes) } : entry),
  });
}

/** One sha256 over contents; what an index records as `digest`. */
export function digestContents(contents: Contents): string {
  return sha256([...contents].map(([path, digest]) => `${JSON.stringify(path)} ${digest}\n`).join(''));
}

/** The paths that differ, sorted. */
export function changedPaths(before: Contents, after: Contents): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

/** Without folders, for a comparison with git, which knows none. */
export function filesOf(contents: Contents): Contents {
  return new Map([...contents].filter(([, digest]) => !digest.startsWith('directory')));
}

function isVersioned(path: string): boolean {
  return path === 'plugin-info' || path === 'plugin.xml';
}
