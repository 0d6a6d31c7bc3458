import { join } from 'node:path';
import type { Place } from '../../failure/index.ts';
import { type BuiltFile, bytesOf } from '../build/built-tree.ts';
import { sourceOf } from '../describe-plugin.ts';
import type { ResolvedTarget } from '../recipe/resolved-target.ts';
import { infoVersionSpan, type Span, stepVersionSpan } from './version-spans.ts';

export type VersionFile = 'plugin-info' | 'plugin.xml';

/** Where a version of a target is written: the family's own file and the span of the version in its text. */
export interface WrittenVersion {
  /** Absolute. */
  readonly full: string;
  readonly text: string;
  readonly span: Span;
}

/** Null where the file is computed by the recipe, so that there is nothing to edit. */
export function writtenVersion({ tree, family }: ResolvedTarget, file: VersionFile): WrittenVersion | null {
  const node = tree.nodes.get(file);
  const source = node?.kind === 'file' ? sourceOf(node) : null;
  if (source === null) return null;
  const text = Buffer.from(bytesOf(node as BuiltFile)).toString('utf8');
  const span = file === 'plugin-info' ? infoVersionSpan(text) : stepVersionSpan(text);
  return span ? { full: join(family.folder, source), text, span } : null;
}

/** The spot to show for a finding about a target's version. */
export function versionPlace(resolved: ResolvedTarget, file: VersionFile): Place {
  const written = writtenVersion(resolved, file);
  if (!written) return resolved.target.at;
  const before = written.text.slice(0, written.span.start);
  const shown = written.full.replace(resolved.family.folder, resolved.family.shown);
  return {
    file: shown,
    line: before.split('\n').length,
    column: written.span.start - before.lastIndexOf('\n'),
  };
}
