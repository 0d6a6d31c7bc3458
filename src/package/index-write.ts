export { readyBzip2 } from './bzip2-codec.ts';
export { digestEntries, sha1, sha256 } from './digest.ts';
export { packTarBzip2 } from './pack-tar-bzip2.ts';
export { type PortableEntry, portabilityProblems } from './portability-problems.ts';
export { inOrder, type PackageTree } from './tree.ts';
export type { TarEntry } from './write-tar.ts';
