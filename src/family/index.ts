export { type BuildOptions, type BuildReport, type BuiltPackage, buildFamilies } from './build-families.ts';
export { type BumpOptions, type BumpReport, bumpVersions, type VersionEdit } from './bump-versions.ts';
export {
  type CheckedTarget,
  type CheckOptions,
  type CheckReport,
  checkVersions,
  type FileChange,
  type Reach,
  type VersionState,
} from './check-versions.ts';
export { describeFamily, type FamilyDescription, type TargetDescription } from './describe-family.ts';
export type { PluginFacts } from './describe-plugin.ts';
export { parseFamilyJson } from './family-json.ts';
export { type FamilyTree, type LoadedFamily, openFamilyTree, type TreeOptions } from './family-tree.ts';
export { findFamilies } from './find-families.ts';
export { formatFamilyJson } from './format-family-json.ts';
export { layOutFromGit } from './git-tree.ts';
export { isTestingVersion, nextVersion, type VersionStep } from './next-version.ts';
export { type OfferedPackage, offerOfPackages, type PublishedOffer } from './offer.ts';
export { offerOfRevision } from './offer-of-revision.ts';
export type { Operation, Recipe, RecipeTarget } from './recipe.ts';
export { type ResolvedTarget, resolveTargets, type TargetFailure } from './resolve-targets.ts';
export { selectTargets } from './select-targets.ts';
export { memoryFolder } from './source-memory.ts';
export { packageName } from './target-names.ts';
export { type WatchOptions, watchTree } from './watch-tree.ts';
