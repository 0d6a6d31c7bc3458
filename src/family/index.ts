export { buildFamilies } from './build/build-families.ts';
export type { BuildOptions, BuildReport, BuiltPackage } from './build/build-report.ts';
export { memoryFolder } from './build/source-memory.ts';
export { describeFamily, type FamilyDescription, type TargetDescription } from './describe-family.ts';
export type { PluginFacts } from './describe-plugin.ts';
export { type FamilyTree, type LoadedFamily, openFamilyTree, type TreeOptions } from './family-tree.ts';
export { findFamilies } from './find-families.ts';
export { parseFamilyJson } from './recipe/family-json.ts';
export { formatFamilyJson } from './recipe/format-family-json.ts';
export type { Operation, Recipe, RecipeTarget } from './recipe/recipe.ts';
export { resolveTargets } from './recipe/resolve-targets.ts';
export type { ResolvedTarget, TargetFailure } from './recipe/resolved-target.ts';
export { selectTargets } from './recipe/select-targets.ts';
export { packageName } from './recipe/target-names.ts';
export { type BumpOptions, type BumpReport, bumpVersions, type VersionEdit } from './versions/bump-versions.ts';
export {
  type CheckedTarget,
  type CheckOptions,
  type CheckReport,
  checkVersions,
  type FileChange,
  type Reach,
  type VersionState,
} from './versions/check-versions.ts';
export { layOutFromGit } from './versions/git-tree.ts';
export { isTestingVersion, nextVersion, type VersionStep } from './versions/next-version.ts';
export { type OfferedPackage, offerOfPackages, type PublishedOffer } from './versions/offer.ts';
export { offerOfRevision } from './versions/offer-of-revision.ts';
export { type WatchOptions, watchTree } from './watch-tree.ts';
