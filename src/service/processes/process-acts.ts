import { createTwoFilesPatch } from 'diff';
import type { Imported, ProcessSummary, processRoutes } from '../../api/processes.ts';
import {
  type Catalogue,
  createSnapshot,
  diffVersions,
  findProcess,
  listLabels,
  listProcesses,
  listSnapshots,
  listUnresolved,
  listVersions,
  relabelProcess,
  showProcess,
  showSnapshot,
  type UnresolvedUse,
} from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import { sameName } from '../../plugin/index.ts';
import {
  checkGraph,
  formatAccepted,
  formatDifference,
  formatJson,
  isRecord,
  listUses,
  mediaTypes,
  type ProcessDocument,
  readExport,
  shapeFaultOf,
} from '../../process/index.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';
import { importFiles } from './import-files.ts';
import { plainProblem } from './plain-problem.ts';
import { processChanges } from './process-changes.ts';
import { exportFor, handOut, takeBack } from './secure-values.ts';

export function processActs({ catalogueOf, events }: Services): Acts<typeof processRoutes> {
  const changes = processChanges({ catalogueOf, events });
  const { announce } = changes;
  return {
    listProcesses: async ({ query, actor }) => {
      const catalogue = catalogueOf(actor.name);
      const { offset = 0, limit = 50, unresolved, ...filter } = query;
      const missing = await missingUses(catalogue);
      const page = await listProcesses(catalogue, { ...filter, ...(unresolved ? { limit: null } : { offset, limit }) });
      if (!unresolved) return { items: await describeProcesses(catalogue, page.processes, missing), total: page.total };
      const found = page.processes.filter(({ id }) => missing.has(id));
      const items = await describeProcesses(catalogue, found.slice(offset, offset + limit), missing);
      return { items, total: found.length };
    },
    createProcess: async ({ body, actor: steward }) => {
      const { kind, owner = null, document, why } = body;
      const { id, version, by } = await changes.create(steward, { kind, owner, document, why });
      return { id, version, problems: await checkDocument(catalogueOf(by), document) };
    },
    importProcesses: async ({ files, fields, actor: steward }) => {
      const actor = steward.of(...ownersIn(files));
      return importFiles(catalogueOf(actor.name), files, {
        why: fields['why'],
        onVersion: (id, version) => announce(id, version, actor.name),
      });
    },
    exportProcesses: async ({ body, actor, accept }) => {
      const wanted = body.format === 'as-imported' ? null : (body.format ?? formatAccepted(accept));
      const { text, format } = await exportFor(catalogueOf(actor.name), actor, body.ids, {
        format: wanted ?? undefined,
      });
      return { content: text, fileName: `processes.${format}`, type: mediaTypes[format] };
    },
    checkProcess: async ({ body, actor }) => checkDocument(catalogueOf(actor.name), body.document),
    showProcess: async ({ params, query, actor }) => {
      const catalogue = catalogueOf(actor.name);
      const found = await showProcess(catalogue, params.id, query.version);
      const [summary] = await describeProcesses(catalogue, [found], await missingUses(catalogue));
      const others = query.version === undefined ? [] : [(await showProcess(catalogue, params.id)).document];
      const [document] = await handOut(catalogue, actor, [found.document] as const, others);
      return {
        ...summary!,
        shown: found.shown,
        uses: found.uses.map(({ properties, ...use }) => use),
        document,
        problems: await checkDocument(catalogue, found.document),
      };
    },
    saveProcess: async ({ params, body, actor: steward }) => {
      const { expectedVersion, why, document: given } = body;
      const { id, version, by, document } = await changes.save(steward, params.id, {
        ...{ expectedVersion, why },
        edit: (stored, by) => takeBack(catalogueOf(by), given, stored),
      });
      return { id, version, problems: await checkDocument(catalogueOf(by), document) };
    },
    deleteProcess: async ({ params, actor }) => changes.remove(actor, params.id),
    listLabels: async ({ actor }) => listLabels(catalogueOf(actor.name)),
    changeLabels: async ({ body: { processes, give, take }, actor: steward }) => {
      const found = [];
      for (const named of processes) found.push(await findProcess(catalogueOf(steward.reader), named));
      const actor = steward.of(...(found.length > 0 ? found.map(({ owner }) => owner) : [null]));
      const catalogue = catalogueOf(actor.name);
      let changed = 0;
      for (const { id, version } of found) {
        if (!(await relabelProcess(catalogue, id, { give, take }))) continue;
        changed += 1;
        announce(id, version, actor.name);
      }
      return { changed };
    },
    listVersions: async ({ params, actor }) => {
      const catalogue = catalogueOf(actor.name);
      const { id } = await findProcess(catalogue, params.id);
      return describeVersions(catalogue, id);
    },
    showVersion: async ({ params, actor }) => {
      const catalogue = catalogueOf(actor.name);
      const { document } = await showProcess(catalogue, params.id, params.version);
      const current = await showProcess(catalogue, params.id);
      return (await handOut(catalogue, actor, [document] as const, [current.document]))[0];
    },
    diffVersions: async ({ params, query, actor }) => {
      const catalogue = catalogueOf(actor.name);
      const at = async (version?: number) => (await showProcess(catalogue, params.id, version)).document;
      const { process, from, to, difference } = await diffVersions(catalogue, params.id, query);
      const [before, after] = await handOut(catalogue, actor, [await at(from), await at(to)] as const, [await at()]);
      return {
        process: { id: process.id, name: process.name },
        from,
        to,
        differences: flatten(difference, before, after),
        summary: difference.same ? '' : formatDifference(difference),
        text: createTwoFilesPatch(`version ${from}`, `version ${to}`, formatJson(before), formatJson(after)),
        before,
        after,
      };
    },
    listSnapshots: async ({ actor }) => (await listSnapshots(catalogueOf(actor.name))).reverse(),
    createSnapshot: async ({ body, actor }) => createSnapshot(catalogueOf(actor.name), body),
    showSnapshot: async ({ params, actor }) => {
      const { pinned, ...snapshot } = await showSnapshot(catalogueOf(actor.name), params.id);
      return { ...snapshot, pinned: pinned.map(({ id, name, owner, version }) => ({ id, name, owner, version })) };
    },
  };
}

/** Whose processes the files hold; a file without any is asked for like one that belongs to nobody. */
function ownersIn(files: Parameters<typeof importFiles>[1]): readonly (string | null)[] {
  const owners = files.flatMap(({ name, bytes }) =>
    readExport(Buffer.from(bytes).toString('utf8'), name).processes.map(({ owner }) => owner || null),
  );
  return owners.length > 0 ? owners : [null];
}

type MissingUses = ReadonlyMap<string, readonly UnresolvedUse[]>;

/** Process → its uses of plugins that are not installed. */
async function missingUses(catalogue: Catalogue): Promise<MissingUses> {
  const missing = new Map<string, UnresolvedUse[]>();
  for (const use of await listUnresolved(catalogue)) {
    for (const { id } of use.processes) missing.set(id, [...(missing.get(id) ?? []), use]);
  }
  return missing;
}

/** Adds to processes what a list shows of them, in three queries however many they are. */
async function describeProcesses(
  { store }: Catalogue,
  processes: readonly {
    id: string;
    name: string;
    kind: ProcessSummary['kind'];
    owner: string | null;
    draft: boolean;
    version: number;
    labels: readonly string[];
  }[],
  missing: MissingUses,
): Promise<ProcessSummary[]> {
  const ids = processes.map(({ id }) => Number(id));
  if (ids.length === 0) return [];
  const uses = await store.db
    .selectFrom('process_use')
    .innerJoin('use_key', 'use_key.id', 'process_use.key_id')
    .select(['process_id', 'plugin_id', 'plugin_name', 'version'])
    .distinct()
    .where('process_id', 'in', ids)
    .execute();
  const versions = await store.db
    .selectFrom('process_version')
    .innerJoin('process', (join) =>
      join
        .onRef('process.id', '=', 'process_version.process_id')
        .onRef('process.version', '=', 'process_version.version'),
    )
    .select(['process_id', 'created_at', 'created_by', 'document'])
    .where('process_id', 'in', ids)
    .execute();
  const latest = new Map(versions.map((row) => [String(row.process_id), row]));
  return processes.map(({ id, name, kind, owner, draft, version, labels }) => {
    const row = latest.get(id);
    const description = (row && (JSON.parse(row.document) as { description?: unknown }).description) ?? '';
    return {
      id,
      name,
      kind,
      owner,
      draft,
      description: typeof description === 'string' ? description : '',
      version,
      plugins: uses
        .filter((use) => String(use.process_id) === id)
        .map((use) => ({
          id: use.plugin_id || null,
          name: use.plugin_name,
          version: use.version,
          missing:
            missing.get(id)?.some((one) => one.pluginName === use.plugin_name && one.version === use.version) ?? false,
        })),
      unresolved: missing.has(id),
      labels: [...labels],
      changedAt: row?.created_at ?? new Date(0).toISOString(),
      changedBy: row?.created_by ?? '',
    };
  });
}

async function describeVersions(catalogue: Catalogue, id: string) {
  const pins = await pinsOf(catalogue, id);
  return (await listVersions(catalogue, id)).map(({ version, at, by, reason, plan, why }) => ({
    version,
    at,
    by,
    why: why ?? reason,
    plan,
    pinnedBy: pins.filter((pin) => pin.version === version).map((pin) => pin.name),
  }));
}

/** The graph's faults, and uses of step types that no installed version declares. */
async function checkDocument({ store }: Catalogue, document: ProcessDocument): Promise<Imported['problems']> {
  const fault = isRecord(document) ? shapeFaultOf(document) : 'it is no object';
  if (fault !== null) {
    throw new LockstepError('process-not-valid', `This is no process: ${fault}.`, {
      hint: 'Send a process as its export writes it.',
    });
  }
  const problems = checkGraph(document).map(plainProblem);
  const rows = await store.db
    .selectFrom('plugin_version')
    .select(['plugin_id', 'name', 'number', 'definition'])
    .where('number', 'is not', null)
    .where('state', '=', 'installed')
    .execute();
  for (const use of listUses(document)) {
    const known = rows.filter((row) =>
      use.pluginId === null ? sameName(row.name, use.pluginName) : row.plugin_id === use.pluginId,
    );
    const exact = known.find((row) => row.number === use.pluginVersion);
    const steps = exact?.definition
      ? (JSON.parse(exact.definition) as { stepTypes: { name: string }[] }).stepTypes.map(({ name }) => name)
      : null;
    if (steps?.some((step) => sameName(step, use.stepType))) continue;
    const what =
      known.length === 0
        ? 'is not installed'
        : steps
          ? `has no step type "${use.stepType}"`
          : 'is not installed in this version';
    problems.push({
      code: 'use-not-resolved',
      severity: 'warning',
      message: `"${use.activity}" uses ${use.pluginName} ${use.pluginVersion}, which ${what}.`,
      hint: known.length === 0 ? 'Install the plugin.' : 'Plan an upgrade of this plugin, or install that version.',
    });
  }
  return problems;
}

async function pinsOf({ store }: Catalogue, process: string): Promise<{ name: string; version: number }[]> {
  return store.db
    .selectFrom('snapshot_process')
    .innerJoin('snapshot', 'snapshot.id', 'snapshot_process.snapshot_id')
    .select(['snapshot.name', 'snapshot_process.version'])
    .where('process_id', '=', /^\d+$/.test(process) ? Number(process) : -1)
    .execute();
}

type Difference = Awaited<ReturnType<typeof diffVersions>>['difference'];

/** One line per field; values come from the documents with their secure values hidden. */
function flatten(difference: Difference, before: ProcessDocument, after: ProcessDocument) {
  const hidden = new Set([...secretFields(before), ...secretFields(after)]);
  const show = (activity: string | null, field: string, value: unknown): string | null => {
    if (value === null) return null;
    if (typeof value !== 'string' || hidden.has(`${activity}\0${field}`)) return '(secret)';
    return value;
  };
  return [
    ...difference.fields.map(({ field, before: was, after: is }) => ({
      activity: null,
      change: 'changed' as const,
      field,
      before: show(null, field, was),
      after: show(null, field, is),
    })),
    ...difference.activities.flatMap(({ activity, change, before: was, after: is, fields }) => [
      ...(change !== 'changed' || was !== is ? [{ activity, change, field: null, before: was, after: is }] : []),
      ...(change === 'changed'
        ? fields.map((one) => ({
            activity,
            change,
            field: one.field,
            before: show(activity, one.field, one.before),
            after: show(activity, one.field, one.after),
          }))
        : []),
    ]),
    ...difference.edges.map(({ change, graph, edge }) => ({
      activity: graph === '' ? null : graph,
      change,
      field: 'edges',
      before: change === 'removed' ? edge : null,
      after: change === 'added' ? edge : null,
    })),
  ];
}

function secretFields(document: ProcessDocument): string[] {
  return listUses(document).flatMap(({ activity, properties }) =>
    Object.entries(properties)
      .filter(([, value]) => typeof value === 'object' && value !== null)
      .map(([name]) => `${activity}\0properties.${name}`),
  );
}
