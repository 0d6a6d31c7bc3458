export { digestEntries, sha1, sha256 } from './digest.ts';
export { packTarBzip2 } from './pack-tar-bzip2.ts';
export { type PackageEntry, type PackageTree, treeOf } from './tree.ts';
