import type { Problem } from '../../failure/index.ts';
import type { TreeOptions } from '../family-tree.ts';
import type { TargetFailure } from '../recipe/resolved-target.ts';

export interface BuildOptions extends TreeOptions {
  /** `FAMILY` or `FAMILY:TARGET`; none: all. */
  readonly what?: readonly string[];
  /** Where packages go; default `_build/dev` in the tree. */
  readonly out?: string;
  /** Where the plugins' folders go; default `_build/folders` in the tree. */
  readonly folders?: string;
  readonly onProgress?: (done: number, total: number, pluginId: string) => void;
}

/** A package in the out folder, with what an index says of it. */
export interface BuiltPackage {
  readonly family: string;
  readonly target: string;
  readonly pluginId: string;
  readonly version: string;
  readonly stepVersion: number | null;
  /** plugin-info as it stands. */
  readonly info: Readonly<Record<string, unknown>>;
  readonly filename: string;
  readonly size: number;
  readonly sha1: string;
  readonly sha256: string;
  /** Of everything built but the versions. */
  readonly digest: string;
}

export interface BuildReport {
  readonly out: string;
  readonly folders: string;
  /** Where the tree keeps what it remembers between builds. */
  readonly memory: string;
  readonly built: readonly BuiltPackage[];
  readonly unchanged: readonly BuiltPackage[];
  readonly failed: readonly TargetFailure[];
  /** Packages taken out because their target, or their version, is no more. */
  readonly removed: readonly string[];
  /** Everything that an index of the out folder lists: what this and earlier builds put there. */
  readonly offered: readonly BuiltPackage[];
  readonly warnings: readonly Problem[];
}

/** Where a build puts what: packages, plugins' folders, and what the tree remembers. All absolute. */
export interface BuildSite {
  readonly out: string;
  readonly folders: string;
  readonly memory: string;
}
