import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { LockstepError, type Problem } from '../../failure/index.ts';
import { compareVersions, isVersion } from '../../plugin/index-json.ts';
import type { TargetFailure } from '../recipe/resolved-target.ts';
import { type Checked, type CheckOptions, checkTargets } from './check-versions.ts';
import { isTestingVersion, nextVersion, type VersionStep } from './next-version.ts';
import type { PublishedOffer } from './offer.ts';
import { type VersionFile, writtenVersion } from './version-places.ts';
import { replaceSpan } from './version-spans.ts';

export interface BumpOptions extends Omit<CheckOptions, 'offer'> {
  /** Null: nothing to compare with; then only `release` and an exact version find something to do. */
  readonly offer: PublishedOffer | null;
  readonly step?: VersionStep;
  /** Sets this version in every selected target, whatever the check says. */
  readonly exact?: string;
  /** Only say what would be done. */
  readonly dryRun?: boolean;
}

/** One version that was, or would be, edited; `file` as the user named the tree. */
export interface VersionEdit {
  readonly pluginIds: readonly string[];
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface BumpReport {
  readonly edits: readonly VersionEdit[];
  /** Targets that cannot be built, so that nothing is known of their versions. */
  readonly failed: readonly TargetFailure[];
  /** Versions that should rise but are written nowhere that could be edited. */
  readonly problems: readonly Problem[];
}

/**
 * Raises the versions that `check` finds too low, and only these; in each file it changes nothing but the version. In a
 * plugin.xml the integer rises by one where `check` asks for it.
 */
export async function bumpVersions(options: BumpOptions): Promise<BumpReport> {
  if (options.exact !== undefined && !isVersion(options.exact)) {
    throw new LockstepError('usage', `"${options.exact}" does not look like a version.`, {
      hint: 'Write numbers with dots, such as 1.4.2.',
    });
  }
  const offer = options.offer ?? { label: 'nothing', knowsFolders: true, plugins: new Map() };
  const { targets, failed } = await checkTargets({ ...options, offer });
  const wishes = targets.flatMap((target) => wishesOf(target, options));
  const { edits, problems } = planEdits(wishes);
  if (!options.dryRun) for (const edit of edits) write(edit.full, edit.text);
  return { edits: edits.map(({ full: _full, text: _text, ...edit }) => edit), failed, problems };
}

interface Wish {
  readonly target: Checked;
  readonly file: VersionFile;
  readonly to: string;
}

function wishesOf(target: Checked, { step = 'next', exact }: BumpOptions): Wish[] {
  const wishes: Wish[] = [];
  const published = target.published;
  const isRelease = step === 'release' && isTestingVersion(target.version);
  if (exact !== undefined) wishes.push({ target, file: 'plugin-info', to: exact });
  else if (target.raise.version || isRelease) {
    const from = published !== null && target.state === 'lower' ? published : target.version;
    wishes.push({ target, file: 'plugin-info', to: nextVersion(from, step, published) });
  }
  if (target.raise.stepVersion && target.publishedStep !== null) {
    wishes.push({ target, file: 'plugin.xml', to: String(target.publishedStep + 1) });
  }
  return wishes.filter(({ file, to }) => file !== 'plugin-info' || to !== target.version);
}

interface PlannedEdit extends VersionEdit {
  readonly full: string;
  readonly text: string;
}

/** Targets may share one plugin-info: it gets the highest of the versions wished for. */
function planEdits(wishes: readonly Wish[]): { edits: PlannedEdit[]; problems: Problem[] } {
  const edits = new Map<string, PlannedEdit>();
  const problems: Problem[] = [];
  for (const { target, file, to } of wishes) {
    const { resolved, pluginId } = target;
    const written = writtenVersion(resolved, file);
    if (!written) {
      problems.push({
        code: 'version-not-written',
        severity: 'error',
        message: `The ${file} of ${pluginId} is computed by the recipe, so its version cannot be edited.`,
        hint: `Set it to ${to} where the recipe takes it from.`,
        where: resolved.target.at,
      });
      continue;
    }
    const before = edits.get(written.full);
    const highest = before && compareVersions(before.to, to) > 0 ? before.to : to;
    edits.set(written.full, {
      pluginIds: [...(before?.pluginIds ?? []), pluginId],
      file: written.full.replace(resolved.family.folder, resolved.family.shown),
      full: written.full,
      from: written.text.slice(written.span.start, written.span.end),
      to: highest,
      text: replaceSpan(written.text, written.span, highest),
    });
  }
  return { edits: [...edits.values()], problems };
}

/** In one step; a link stays a link and the mode stays. */
function write(file: string, text: string): void {
  const real = realpathSync(file);
  const fresh = `${real}.${process.pid}.new`;
  try {
    writeFileSync(fresh, text);
    chmodSync(fresh, statSync(real).mode & 0o777);
    renameSync(fresh, real);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
