import { LockstepError, type Problem } from '../../failure/index.ts';
import {
  checkGraph,
  type DocumentDifference,
  diffProcesses,
  listUses,
  type ProcessDocument,
  parseTrustedJson,
  type Use,
} from '../../process/index.ts';
import type { VersionReason } from '../../store/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { findProcessRow, type ProcessSummary, summaryOf } from './find-process.ts';
import { secretsIn } from './secure-properties.ts';

export interface ShownProcess extends ProcessSummary {
  /** The version shown; `version` is the current one. */
  readonly shown: ProcessVersion;
  readonly document: ProcessDocument;
  readonly uses: readonly Use[];
  readonly problems: readonly Problem[];
}

export interface ProcessVersion {
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly reason: VersionReason;
  /** The plan that made it, or null. */
  readonly plan: string | null;
}

/** With what its maker said; null where nobody said anything. */
interface ExplainedVersion extends ProcessVersion {
  readonly why: string | null;
}

/** A process, at its current version or an older one. */
export async function showProcess(catalogue: Catalogue, name: string, version?: number): Promise<ShownProcess> {
  const row = await findProcessRow(catalogue.store.db, name);
  const { document, ...shown } = await readVersion(catalogue, row.id, version ?? row.version);
  return { ...summaryOf(row), shown, document, uses: listUses(document), problems: checkGraph(document) };
}

/** Every version of a process, newest first: who, when, why, by which plan. */
export async function listVersions(catalogue: Catalogue, name: string): Promise<ExplainedVersion[]> {
  const { id } = await findProcessRow(catalogue.store.db, name);
  const rows = await catalogue.store.db
    .selectFrom('process_version')
    .select(['version', 'created_at', 'created_by', 'reason', 'plan_id'])
    .where('process_id', '=', id)
    .orderBy('version', 'desc')
    .execute();
  const words = await saidWords(catalogue, id);
  return rows.map((row) => ({ ...versionOf(row), why: words.get(row.version) ?? null }));
}

/** What was said when versions of a process were saved: version → words. */
async function saidWords({ store }: Catalogue, id: number): Promise<ReadonlyMap<number, string>> {
  const rows = await store.db
    .selectFrom('activity')
    .select('detail')
    .where('subject_kind', '=', 'process')
    .where('subject_id', '=', String(id))
    .where('action', 'in', ['process.created', 'process.edited'])
    .execute();
  return new Map(
    rows.flatMap(({ detail }) => {
      const { version = 1, why } = JSON.parse(detail) as { version?: number; why?: string };
      return why === undefined ? [] : [[version, why] as const];
    }),
  );
}

export interface VersionDifference {
  readonly process: ProcessSummary;
  readonly from: number;
  readonly to: number;
  readonly difference: DocumentDifference;
}

/** What changed between two versions, by default the current one and the one before; secure values are not shown. */
export async function diffVersions(
  catalogue: Catalogue,
  name: string,
  { from, to }: { readonly from?: number; readonly to?: number } = {},
): Promise<VersionDifference> {
  const row = await findProcessRow(catalogue.store.db, name);
  const later = to ?? row.version;
  const earlier = from ?? Math.max(1, later - 1);
  const before = await readVersion(catalogue, row.id, earlier);
  const after = await readVersion(catalogue, row.id, later);
  const secrets = await secretsIn(catalogue.store.db, [before.document, after.document]);
  const difference = diffProcesses(before.document, after.document, { secrets });
  return { process: summaryOf(row), from: earlier, to: later, difference };
}

async function readVersion(
  { store }: Catalogue,
  processId: number,
  version: number,
): Promise<ProcessVersion & { readonly document: ProcessDocument }> {
  const row = await store.db
    .selectFrom('process_version')
    .selectAll()
    .where('process_id', '=', processId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (!row) {
    throw new LockstepError('process-not-found', `The process has no version ${version}.`, {
      hint: '`lockstep process history` lists its versions.',
    });
  }
  return { ...versionOf(row), document: parseTrustedJson(row.document) as ProcessDocument };
}

function versionOf(row: {
  version: number;
  created_at: string;
  created_by: string;
  reason: VersionReason;
  plan_id: number | null;
}): ProcessVersion {
  return {
    version: row.version,
    at: row.created_at,
    by: row.created_by,
    reason: row.reason,
    plan: row.plan_id === null ? null : String(row.plan_id),
  };
}
