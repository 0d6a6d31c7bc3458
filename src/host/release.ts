import type { Problem } from '../failure/index.ts';
import type { PackageTree } from '../package/index.ts';
import type { PluginDefinition, PluginInfo, UpgradeFile } from '../plugin/index.ts';

/** One plugin at one version, read and found valid. */
export interface Release {
  readonly id: string;
  /** Display name; the id where the plugin has no other. */
  readonly name: string;
  /** plugin-info's version, else plugin.xml's number as text. */
  readonly version: string;
  /** plugin.xml's version; null for a plugin without step types. */
  readonly number: number | null;
  readonly definition: PluginDefinition | null;
  readonly upgradeFile: UpgradeFile | null;
  readonly info: PluginInfo | null;
  /** `digestTree` of all that the package brings. */
  readonly digest: string;
  readonly tree: PackageTree;
  /** What can be lived with; what cannot is thrown. */
  readonly problems: readonly Problem[];
}

/** A release that lies in the data folder; `folder` is relative to it, '/'-separated. */
export interface StoredRelease extends Release {
  readonly folder: string;
}

/** Names a release's folder and its live copy: `<version>-<start of the digest>`. */
export function releaseKey(release: { readonly version: string; readonly digest: string }): string {
  return `${release.version.replace(/[^A-Za-z0-9._+-]/g, '_')}-${digestInKey(release.digest)}`;
}

export function digestInKey(digest: string): string {
  return digest.slice(0, 12);
}
