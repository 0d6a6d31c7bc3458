import { LockstepError, type Problem } from '../../failure/index.ts';
import { formsOf, nameInForm } from '../../plugin/index.ts';
import {
  type ExportedProcess,
  formatDocument,
  nameShown,
  type ProcessDocument,
  parseTrustedJson,
  readExport,
  sameJson,
} from '../../process/index.ts';
import { addProcesses, addVersions, type StoreTransaction } from '../../store/index.ts';
import { recordActivity, said } from '../activity.ts';
import type { Catalogue } from '../catalogue.ts';
import { currentVersions } from './current-versions.ts';
import { type ProcessRow, type ProcessSummary, summaryOf } from './find-process.ts';
import { keepImport } from './keep-import.ts';
import { listUnresolved, type UnresolvedUse } from './unresolved.ts';
import { UseKeys } from './use-keys.ts';
import { followUses, type NextVersion, writeVersions } from './write-versions.ts';

export interface ImportInput {
  /** An export of any shape (design: step plugin formats). */
  readonly text: string;
  /** As the user named it. */
  readonly file: string;
  /** What becomes of a process by what is there already; left out: it gets a new version where it changed. */
  readonly existing?: (process: ExportedProcess) => ExistingPolicy;
  /** In the person's words; kept in the activity. */
  readonly why?: string;
}

/** `leave`: what is there stays; `refuse`: nothing may be there; `require`: it must be there, and stays. */
export type ExistingPolicy = 'upgrade' | 'leave' | 'refuse' | 'require';

export interface ImportResult {
  readonly processes: readonly (ProcessSummary & { readonly outcome: 'added' | 'changed' | 'unchanged' })[];
  /** Uses in these processes whose plugin or plugin version is not installed. */
  readonly unresolved: readonly UnresolvedUse[];
  readonly problems: readonly Problem[];
}

const chunk = 500;

/**
 * Imports every process of an export in one transaction. A process is the same by kind, owner and name; importing it
 * again makes a new version only if it changed. A draft stays one, beside the process that it may become. A process whose plugin is unknown is imported and listed as unresolved.
 */
export async function importProcesses(
  catalogue: Catalogue,
  { text, file, existing = () => 'upgrade', why }: ImportInput,
): Promise<ImportResult> {
  const { processes, problems } = readExport(text, file);
  const repeated = repeatedNames(processes);
  const entries = processes.map((process, slot) => ({ process, slot })).filter(({ slot }) => !repeated.has(slot));
  const outcomes = await catalogue.store.transaction(async (tx) => {
    const keys = new UseKeys();
    const done: { row: ProcessRow; outcome: 'added' | 'changed' | 'unchanged' }[] = [];
    for (let start = 0; start < entries.length; start += chunk) {
      done.push(
        ...(await importChunk(tx, catalogue, keys, { entries: entries.slice(start, start + chunk), existing })),
      );
    }
    const rows = new Map(done.map(({ row }) => [identity(row), row.id]));
    await keepImport(tx, catalogue, { text, file, processes: processes.map((one) => rows.get(identity(one))!) });
    const changed = done.filter(({ outcome }) => outcome !== 'unchanged');
    if (changed.length > 0) {
      await recordActivity(tx.db, catalogue, {
        action: 'process.imported',
        subject: { kind: 'file', id: file, name: file },
        detail: {
          processes: changed.length,
          names: changed.slice(0, 20).map(({ row }) => summaryOf(row).name),
          ...said(why),
        },
      });
    }
    return done;
  });
  const ids = new Set(outcomes.map(({ row }) => String(row.id)));
  const unresolved = await listUnresolved(catalogue);
  return {
    processes: outcomes.map(({ row, outcome }) => ({ ...summaryOf(row), outcome })),
    unresolved: unresolved.filter((use) => use.processes.some(({ id }) => ids.has(id))),
    problems: [
      ...problems,
      ...[...repeated]
        .filter(
          ([slot, last]) =>
            !sameJson(withoutSecrets(processes[slot]!.document), withoutSecrets(processes[last]!.document)),
        )
        .map(([slot]) => ({
          code: 'process-repeated',
          severity: 'warning' as const,
          message: `"${nameShown(processes[slot]!.name, processes[slot]!.draft)}" stands in ${file} more than once, with other content; the last one counts, and what an upgrade changes is written to each.`,
        })),
    ],
  };
}

/** A draft is another than the process that it stands beside. */
function identity({
  kind,
  owner,
  name,
  draft,
}: Pick<ExportedProcess, 'kind' | 'owner' | 'name'> & { readonly draft: boolean | number }): string {
  return JSON.stringify([kind, nameInForm(owner ?? ''), nameInForm(name), Number(draft)]);
}

/** The places of all but the last process of each identity, with the place of the last. */
function repeatedNames(processes: readonly ExportedProcess[]): Map<number, number> {
  const last = new Map(processes.map((process, slot) => [identity(process), slot]));
  return new Map(
    processes.flatMap((process, slot) => {
      const counts = last.get(identity(process))!;
      return counts === slot ? [] : [[slot, counts] as const];
    }),
  );
}

/** A secret is written anew in each place, under another key; the process is the same all the same. */
function withoutSecrets(document: ProcessDocument): unknown {
  return JSON.parse(JSON.stringify(document), (_key, value) =>
    typeof value === 'string' && /^crypt_v\d\{/.test(value) ? 'crypt' : value,
  );
}

interface Entry {
  readonly process: ExportedProcess;
  readonly slot: number;
}

async function importChunk(
  tx: StoreTransaction,
  catalogue: Catalogue,
  keys: UseKeys,
  { entries, existing }: { readonly entries: readonly Entry[] } & Required<Pick<ImportInput, 'existing'>>,
): Promise<{ row: ProcessRow; outcome: 'added' | 'changed' | 'unchanged' }[]> {
  const known = await knownProcesses(tx, entries);
  for (const { process } of entries) refuseByPolicy(process, existing(process), known.has(identity(process)));
  const origin = { at: catalogue.now(), by: catalogue.user, reason: 'imported' as const, planId: null };
  const fresh = entries.filter(({ process }) => !known.has(identity(process)));
  const ids = await tx.reserveIds('process', fresh.length);
  const added = new Map<Entry, ProcessRow>();
  fresh.forEach((entry, index) => {
    const { kind, owner, name, draft } = entry.process;
    const row = { id: ids[index]!, kind, owner: owner ?? '', name, version: 1, draft: draft ? 1 : 0 };
    added.set(entry, { ...row, labels: '[]', removed_at: null });
  });
  await tx.bulk(
    addProcesses,
    [...added.values()].map(({ labels: _labels, removed_at: _removed, ...row }) => row),
  );
  await tx.bulk(
    addVersions,
    fresh.map((entry) => ({
      process_id: added.get(entry)!.id,
      version: 1,
      document: formatDocument(entry.process.document),
      created_at: origin.at,
      created_by: origin.by,
      reason: origin.reason,
      plan_id: null,
    })),
  );
  await followUses(
    tx,
    keys,
    fresh.map((entry) => ({ processId: added.get(entry)!.id, before: null, after: entry.process.document })),
  );

  const changed = new Map<Entry, NextVersion>();
  for (const entry of entries) {
    const was = known.get(identity(entry.process));
    const text = formatDocument(entry.process.document);
    if (!was || was.document === text || existing(entry.process) !== 'upgrade') continue;
    const before = parseTrustedJson(was.document) as ProcessDocument;
    // the order of keys says nothing
    if (sameJson(before, entry.process.document)) continue;
    changed.set(entry, {
      processId: was.id,
      expected: was.version,
      before,
      after: entry.process.document,
      text,
    });
  }
  await writeVersions(tx, keys, [...changed.values()], origin);
  return entries.map((entry) => {
    const was = known.get(identity(entry.process));
    if (!was) return { row: added.get(entry)!, outcome: 'added' as const };
    if (!changed.has(entry)) return { row: was, outcome: 'unchanged' as const };
    return { row: { ...was, version: was.version + 1 }, outcome: 'changed' as const };
  });
}

function refuseByPolicy(process: ExportedProcess, policy: ExistingPolicy, there: boolean): void {
  const shown = nameShown(process.name, process.draft);
  const name = process.owner === null ? `"${shown}"` : `"${shown}" of "${process.owner}"`;
  if (policy === 'refuse' && there)
    throw new LockstepError('process-exists', `${name} is there already; nothing was imported.`, {
      hint: 'Import it so that it is upgraded, or left as it is.',
    });
  if (policy === 'require' && !there)
    throw new LockstepError('process-not-found', `${name} is not there yet; nothing was imported.`, {
      hint: 'Import it first, or so that it is made.',
    });
}

async function knownProcesses(
  tx: StoreTransaction,
  entries: readonly Entry[],
): Promise<Map<string, ProcessRow & { document: string }>> {
  const names = [...new Set(entries.flatMap(({ process }) => formsOf(process.name)))];
  const rows = await currentVersions(tx.db)
    .selectAll('process')
    .select('process_version.document')
    .where('process.name', 'in', names)
    .where('process.removed_at', 'is', null)
    .execute();
  return new Map(rows.map((row) => [identity(row), row]));
}
