export { formatOf, type PackageFormat, packageEnding } from './archive-formats.ts';
export { type DigestOptions, digestEntries, digestTree, sha1, sha256 } from './digest.ts';
export { type ReadFolderOptions, readFolder, writeFolder } from './folder.ts';
export { type ReadLimits, standardLimits } from './limits.ts';
export { portabilityProblems } from './portability-problems.ts';
export { readPackage } from './read-package.ts';
export { faultyLinks, type LinkedEntry } from './safe-links.ts';
export { entryAt, fileAt, normalMode, type PackageEntry, type PackageTree, treeOf } from './tree.ts';
export { writePackage } from './write-package.ts';
