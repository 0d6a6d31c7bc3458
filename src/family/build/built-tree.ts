import { sha256 } from '../../package/index-write.ts';
import { readSource } from './file-digests.ts';

/** One thing in a plugin as its target builds it; nothing is on disk yet. */
export type BuiltNode = BuiltFile | BuiltLink | BuiltFolder;

export interface BuiltFile {
  readonly kind: 'file';
  readonly mode: 0o644 | 0o755;
  readonly content: SourceContent | ComputedContent;
  /** Files of the family, relative to it, that this comes from. */
  readonly sources: readonly string[];
}

interface BuiltLink {
  readonly kind: 'link';
  readonly target: string;
  readonly sources: readonly string[];
}

interface BuiltFolder {
  readonly kind: 'directory';
  /** Only there because a folder of the family was copied; git would not know an empty one. */
  readonly copied: boolean;
}

/** A file of the family as it stands. */
interface SourceContent {
  readonly kind: 'source';
  readonly full: string;
  readonly size: number;
  readonly sha256: string;
}

/** Computed when needed; `identity` changes whenever the outcome could. */
export interface ComputedContent {
  readonly kind: 'computed';
  readonly identity: string;
  readonly bytes: () => Uint8Array;
}

/** What a target builds: paths without the root folder, in no particular order. */
export interface BuiltTree {
  readonly pluginId: string;
  readonly nodes: ReadonlyMap<string, BuiltNode>;
}

export function bytesOf({ content }: BuiltFile): Uint8Array {
  return content.kind === 'source' ? readSource(content.full) : content.bytes();
}

/** A text that changes whenever what the target builds could change, found without computing anything. */
export function inputsDigest({ pluginId, nodes }: BuiltTree): string {
  const lines = [pluginId];
  for (const [path, node] of [...nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (node.kind === 'directory') lines.push(`d ${path}`);
    else if (node.kind === 'link') lines.push(`l ${path} ${node.target}`);
    else
      lines.push(
        `${node.mode} ${path} ${node.content.kind === 'source' ? node.content.sha256 : node.content.identity}`,
      );
  }
  return sha256(lines.join('\n'));
}
