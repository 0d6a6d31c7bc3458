import { diff3Merge } from 'node-diff3';
import { LockstepError } from '../../failure/index.ts';
import type { PackageEntry, PackageTree } from '../../package/index.ts';

/** True for what belongs to the server's administrator and not to the package: everything below `var/`. */
export function isUserFile(path: string): boolean {
  return path.startsWith('var/');
}

/** What became of the administrator's files in a change of versions; all paths are relative to the plugin's folder. */
export interface UserFileReport {
  /** Taken over as they were. */
  readonly kept: readonly string[];
  /** Customised templates into which the author's change was merged cleanly. */
  readonly merged: readonly string[];
  /** Customised templates that the author changed in the same place; see `aside` for the other text. */
  readonly conflicts: readonly TemplateConflict[];
  /** Files that were edited in place, or whose origin is not known, and now are the new version's or gone. */
  readonly replaced: readonly string[];
  /** Where copies of the replaced files lie; null where there are none. */
  readonly aside: string | null;
  /** Files that the new version no longer has. */
  readonly dropped: readonly string[];
}

export const untouched: UserFileReport = {
  ...{ kept: [], merged: [], conflicts: [], replaced: [], dropped: [], aside: null },
};

/** The report as plain lists of paths; null where nobody has put or changed anything. */
export function describeUserFiles({ kept, merged, conflicts, replaced, dropped, aside }: UserFileReport) {
  if ([kept, merged, conflicts, replaced, dropped].every(({ length }) => length === 0)) return null;
  return {
    ...{ kept: [...kept], merged: [...merged], replaced: [...replaced], dropped: [...dropped], aside },
    conflicts: conflicts.map(({ path }) => path),
  };
}

export interface TemplateConflict {
  readonly path: string;
  /** `user`: the customised text stands; `package`: the new version's stands. */
  readonly stands: 'user' | 'package';
  /** The merge with conflict marks, for a person to look at. */
  readonly marked: string;
  /** As the former version brought it. */
  readonly base: string;
  /** As the user made it. */
  readonly mine: string;
}

export interface CarryInput {
  /** What the former version's package brought; null if that is no longer known. */
  readonly base: PackageTree | null;
  /** The live folder as it stands, edits and user files included. */
  readonly live: PackageTree;
  /** What the new version brings. */
  readonly fresh: PackageTree;
}

/**
 * The new live folder: the new version's files, the administrator's own files, and customised templates compared three
 * ways. A user's text is never overwritten by a merge that is not clean. Pure.
 */
export function carryUserFiles({ base, live, fresh }: CarryInput): { entries: PackageEntry[]; report: UserFileReport } {
  const entries = new Map(fresh.entries.map((entry) => [entry.path, entry]));
  const brought = new Map(entries);
  // where nobody knows what the package brought, everything that it does not bring now is the administrator's
  const origin = new Map((base?.entries ?? []).map((entry) => [entry.path, entry]));
  const report = {
    kept: [] as string[],
    merged: [] as string[],
    conflicts: [] as TemplateConflict[],
    replaced: [] as string[],
    dropped: [] as string[],
    aside: null,
  };
  for (const entry of live.entries) {
    if (isUserFile(entry.path)) keepUserFile(entry, { entries, origin, fresh: brought, report });
  }
  for (const entry of live.entries) {
    if (isUserFile(entry.path) || entry.kind === 'directory') continue;
    const before = origin.get(entry.path);
    const edited = before === undefined || !sameEntry(before, entry);
    const now = entries.get(entry.path);
    if (edited && now && sameEntry(now, entry)) continue;
    if (edited && /^templates\//.test(entry.path) && now && before)
      carryEditedTemplate(entry, before, now, entries, report);
    else if (edited) report.replaced.push(entry.path);
    else if (!now) report.dropped.push(entry.path);
  }
  return { entries: [...entries.values()], report };
}

interface Carrying {
  readonly entries: Map<string, PackageEntry>;
  readonly origin: ReadonlyMap<string, PackageEntry>;
  readonly fresh: ReadonlyMap<string, PackageEntry>;
  readonly report: { kept: string[]; merged: string[]; conflicts: TemplateConflict[]; dropped: string[] };
}

function keepUserFile(entry: PackageEntry, { entries, origin, fresh, report }: Carrying): void {
  const brought = origin.get(entry.path);
  if (entry.kind !== 'directory' && brought && sameEntry(brought, entry)) {
    // the package itself brought it and nobody touched it: the new version decides
    if (!entries.has(entry.path)) report.dropped.push(entry.path);
    return;
  }
  const same = fresh.get(entry.path);
  if (entry.kind === 'directory' ? same?.kind === 'directory' : same && sameEntry(same, entry)) return;
  entries.set(entry.path, entry);
  if (entry.kind === 'directory') return;
  refuseContent(entry, fresh);
  const standard = entry.path.replace(/^var\//, '');
  const before = origin.get(standard);
  const now = fresh.get(standard);
  const changed = before?.kind === 'file' && now?.kind === 'file' && !sameEntry(before, now);
  if (!entry.path.startsWith('var/templates/') || entry.kind !== 'file' || !changed) {
    report.kept.push(entry.path);
    return;
  }
  const merge = mergeTexts(before, entry, now);
  if (merge.clean) {
    entries.set(entry.path, { ...entry, bytes: Buffer.from(merge.text) });
    report.merged.push(entry.path);
  } else {
    report.kept.push(entry.path);
    report.conflicts.push({ path: entry.path, stands: 'user', marked: merge.text, ...texts(before, entry) });
  }
}

/** A file or link of the administrator's where the new version has a folder: one of the two could not be written. */
function refuseContent({ path, kind }: PackageEntry, fresh: ReadonlyMap<string, PackageEntry>): void {
  const inside = [...fresh.keys()].find((other) => other.startsWith(`${path}/`));
  if (inside === undefined) return;
  throw new LockstepError(
    'plugin-conflict',
    `"${path}" is a ${kind} of this server's, and the new version brings "${inside}" below it.`,
    { hint: `Make "${path}" a folder, or move it away, and try again; nothing was changed.` },
  );
}

function carryEditedTemplate(
  mine: PackageEntry,
  before: PackageEntry,
  now: PackageEntry,
  entries: Map<string, PackageEntry>,
  report: { merged: string[]; conflicts: TemplateConflict[]; replaced: string[] },
): void {
  if (mine.kind !== 'file' || before.kind !== 'file' || now.kind !== 'file') {
    report.replaced.push(mine.path);
    return;
  }
  const merge = mergeTexts(before, mine, now);
  if (merge.clean) {
    entries.set(mine.path, { ...now, bytes: Buffer.from(merge.text) });
    report.merged.push(mine.path);
  } else report.conflicts.push({ path: mine.path, stands: 'package', marked: merge.text, ...texts(before, mine) });
}

type File = PackageEntry & { kind: 'file' };

function texts(base: File, mine: File): { base: string; mine: string } {
  return { base: Buffer.from(base.bytes).toString('utf8'), mine: Buffer.from(mine.bytes).toString('utf8') };
}

function mergeTexts(base: File, user: File, author: File): { clean: boolean; text: string } {
  const parts = diff3Merge(lines(user), lines(base), lines(author), { excludeFalseConflicts: true });
  const clean = parts.every((part) => part.ok !== undefined);
  const text = parts.map((part) => {
    if (part.ok) return part.ok.join('');
    const { a, b } = part.conflict!;
    return `<<<<<<< customised\n${ended(a)}=======\n${ended(b)}>>>>>>> new version\n`;
  });
  return { clean, text: text.join('') };
}

function ended(part: readonly string[]): string {
  const text = part.join('');
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function lines(file: File): string[] {
  return Buffer.from(file.bytes)
    .toString('utf8')
    .split(/(?<=\n)/);
}

/** Kind, target and bytes; modes do not count, since a copied file often loses its own. */
export function sameEntry(one: PackageEntry, other: PackageEntry): boolean {
  if (one.kind !== other.kind || one.target !== other.target) return false;
  if (one.kind !== 'file' || other.kind !== 'file') return true;
  return Buffer.compare(one.bytes, other.bytes) === 0;
}
