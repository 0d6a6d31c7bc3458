import { tracingChannel } from 'node:diagnostics_channel';
import { type Kysely, sql } from 'kysely';
import { LockstepError, type Problem } from '../../failure/index.ts';
import { addPlanDetails, addPlanProcesses, type StoreTransaction, type Tables } from '../../store/index.ts';
import {
  type Answers,
  type CompiledUpgrade,
  type PlannedProcess,
  type PlanOptions,
  planProcess,
} from '../../upgrade/index.ts';
import { recordActivity, said } from '../activity.ts';
import type { Catalogue } from '../catalogue.ts';
import { keysNamed, useKeysOf } from '../plugin/plugin-names.ts';
import { compileStoredUpgrade, targetOf } from '../plugin/stored-upgrade.ts';
import { findSuccession } from '../plugin/succession.ts';
import { currentVersions } from '../process/current-versions.ts';
import { findProcessRow } from '../process/find-process.ts';
import { carryAnswers } from './keep-answers.ts';
import { headerOf, mergeHeaders } from './plan-header.ts';
import { processInputOf } from './plan-input.ts';
import { type PlanSummary, planRow, planSummary, type StoredHeader } from './plan-summary.ts';
import { PlanWorks } from './plan-work.ts';

export interface CreatePlanInput {
  /** Plugin id or display name. */
  readonly plugin: string;
  /** Left out: the highest installed version. */
  readonly to?: number;
  /** The plugin that takes the uses over; left out: as the plugin's own lifecycle.xml says [SUCC-1]. */
  readonly successor?: string;
  readonly options?: Partial<PlanOptions>;
  /** Looks at every process instead of the where-used index; finds exactly the same [SCOPE-3]. */
  readonly fullScan?: boolean;
  /** What of these fits is kept; left out: what was answered to the plan before that is open [ASK-2]. */
  readonly answers?: Answers;
  /** Only processes of owners for which this is true; the plan says how many others it left aside. */
  readonly only?: (owner: string | null) => boolean;
  /** Only these processes, by name or id. */
  readonly processes?: readonly string[];
  /** In the person's words; kept in the activity. */
  readonly why?: string;
  readonly onProgress?: (progress: {
    readonly looked: number;
    readonly total: number;
    readonly planned: number;
  }) => void;
  readonly signal?: AbortSignal;
}

const page = 500;
const traced = tracingChannel('lockstep:plan.page');

/**
 * Answers "what would this upgrade do?" for every process that uses the plugin below the target, and stores the answer.
 * Processes are looked at page by page: memory does not grow with their number.
 */
export async function createPlan(catalogue: Catalogue, input: CreatePlanInput): Promise<PlanSummary> {
  const { store } = catalogue;
  const { predecessors = [], ...chosen } = input.options ?? {};
  const found = await findSuccession(store.db, { ...input, ...(predecessors.length > 0 && { predecessors }) });
  const isSuccession = found.predecessors.length > 0;
  const target = await targetOf(store.db, found.target, input.to, isSuccession);
  const options = { ...chosen, ...(isSuccession && { predecessors: found.predecessors }) };
  const compiled = await compileStoredUpgrade(store.db, target, options);
  const upgrade = { ...compiled, problems: [...found.problems, ...compiled.problems] };
  const ids = await candidates(store.db, upgrade, input);
  const { only } = input;
  const writer = new PlanWriter(catalogue, upgrade, target);
  try {
    for (let start = 0; start < ids.length; start += page) {
      input.signal?.throwIfAborted();
      const some = ids.subarray(start, start + page);
      const planned = await traced.tracePromise(() => planPage(store.db, upgrade, some), { size: some.length });
      await writer.add(only ? planned.filter(({ process }) => only(process.owner || null)) : planned, planned.length);
      input.onProgress?.({ looked: Math.min(start + page, ids.length), total: ids.length, planned: writer.count });
    }
    return await writer.finish(input.answers ?? null, input.why);
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** Ascending ids: by the index those that have a use below the target, else all. */
async function candidates(
  db: Kysely<Tables>,
  upgrade: CompiledUpgrade,
  { fullScan, processes }: CreatePlanInput,
): Promise<Float64Array> {
  if (processes) {
    const rows = await Promise.all(processes.map((name) => findProcessRow(db, name)));
    return Float64Array.from(new Set(rows.map(({ id }) => id))).sort();
  }
  let query = db.selectFrom('process').select('id').where('removed_at', 'is', null);
  // [SCOPE-3]
  if (!fullScan) {
    const { usedPlugin, names, line, to } = upgrade;
    const keys = line.isSuccession
      ? await keysNamed(db, usedPlugin.id, names.get(usedPlugin.id) ?? [])
      : await useKeysOf(db, { plugin: usedPlugin.id });
    let uses = db
      .selectFrom('process_use')
      .select('process_id')
      .where('key_id', 'in', keys.length > 0 ? keys : [-1]);
    // every version of another plugin is below
    if (!line.isSuccession) uses = uses.where('version', '<', to);
    query = query.where('id', 'in', uses);
  }
  const ids: number[] = [];
  const size = 50_000;
  for (let last = 0; ; last = ids.at(-1)!) {
    const rows = await query.where('id', '>', last).orderBy('id').limit(size).execute();
    for (const { id } of rows) ids.push(id);
    if (rows.length < size) return Float64Array.from(ids);
  }
}

async function planPage(db: Kysely<Tables>, upgrade: CompiledUpgrade, ids: Float64Array): Promise<PlannedProcess[]> {
  const rows = await currentVersions(db)
    .select(['process.id', 'process.name', 'kind', 'owner', 'draft', 'process.version', 'document'])
    .where('process.id', 'in', [...ids])
    .where('process.removed_at', 'is', null)
    .orderBy('process.id')
    .execute();
  const planned: PlannedProcess[] = [];
  for (const row of rows) {
    const one = planProcess(upgrade, processInputOf(row));
    if (one) planned.push(one);
  }
  return planned;
}

/** Writes a plan as it grows; nothing is written before the first process, or the end. */
class PlanWriter {
  readonly #catalogue: Catalogue;
  readonly #upgrade: CompiledUpgrade;
  readonly #target: Awaited<ReturnType<typeof targetOf>>;
  readonly #at: string;
  readonly #works = new PlanWorks();
  #id: number | null = null;
  #header: StoredHeader;
  #pending: PlannedProcess[] = [];
  count = 0;
  #aside = 0;

  constructor(catalogue: Catalogue, upgrade: CompiledUpgrade, target: Awaited<ReturnType<typeof targetOf>>) {
    this.#catalogue = catalogue;
    this.#upgrade = upgrade;
    this.#target = target;
    this.#at = catalogue.now();
    this.#header = headerOf(upgrade, []);
  }

  /** `found`: with those that are left aside. */
  async add(planned: readonly PlannedProcess[], found: number): Promise<void> {
    this.#pending.push(...planned);
    this.count += planned.length;
    this.#aside += found - planned.length;
    if (this.#pending.length >= 2 * page) await this.#catalogue.store.transaction((tx) => this.#flush(tx));
  }

  async finish(answers: Answers | null, why: string | undefined): Promise<PlanSummary> {
    return this.#catalogue.store.transaction(async (tx) => {
      await this.#flush(tx);
      if (this.#aside > 0)
        this.#header = { ...this.#header, problems: [...this.#header.problems, leftAside(this.#aside)] };
      await tx.db
        .updateTable('plan')
        .set({ state: 'planned', header: JSON.stringify(this.#header), changed_at: this.#catalogue.now() })
        .where('id', '=', this.#id!)
        .execute();
      await carryAnswers(tx, this.#upgrade, await planRow(tx.db, String(this.#id)), answers, this.#catalogue.now());
      const { plugin, to, totals } = this.#header;
      await recordActivity(tx.db, this.#catalogue, {
        action: 'upgrade.planned',
        subject: { kind: 'plan', id: String(this.#id), name: `${plugin.name} to ${to}` },
        detail: {
          ...{ plugin: plugin.id, to, processes: totals.processes, uses: totals.uses, questions: totals.questions },
          ...said(why),
        },
      });
      // thousands of rows that PostgreSQL has not counted yet would be looked for in the wrong way
      if (this.count > page) {
        await tx.analyze('plan_process');
        await tx.analyze('plan_detail');
      }
      return planSummary(await planRow(tx.db, String(this.#id)));
    });
  }

  async discard(): Promise<void> {
    const id = this.#id;
    if (id === null) return;
    await this.#catalogue.store.transaction((tx) => removePlan(tx, id));
  }

  async #flush(tx: StoreTransaction): Promise<void> {
    const planned = this.#pending;
    this.#id ??= await this.#begin(tx);
    const planId = this.#id;
    this.#header = mergeHeaders(this.#header, headerOf(this.#upgrade, planned));
    await tx.bulk(
      addPlanProcesses,
      planned.map((one) => ({
        plan_id: planId,
        process_id: Number(one.process.id),
        base_version: one.baseVersion,
        group_id: one.group,
        state: 'pending' as const,
        questions: one.asked.length,
        work_id: this.#works.idOf(one),
      })),
    );
    await tx.bulk(
      addPlanDetails,
      planned.map((one) => ({
        plan_id: planId,
        process_id: Number(one.process.id),
        detail: JSON.stringify(one),
      })),
    );
    await this.#works.flush(tx, planId);
    this.#pending = [];
  }

  async #begin(tx: StoreTransaction): Promise<number> {
    await removeAbandonedPlans(tx, this.#target.pluginId, Date.parse(this.#at));
    const { id } = await tx.db
      .insertInto('plan')
      .values({
        plugin_id: this.#target.pluginId,
        version: this.#target.version,
        digest: this.#target.digest,
        former_version: this.#target.formerVersion,
        state: 'planning',
        header: JSON.stringify(this.#header),
        answers: '{}',
        created_at: this.#at,
        created_by: this.#catalogue.user,
        changed_at: this.#at,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }
}

function leftAside(count: number): Problem {
  return {
    code: 'processes-of-others',
    severity: 'notice',
    message: `${count} ${count === 1 ? 'process' : 'processes'} of other owners would change too, and ${count === 1 ? 'is' : 'are'} not in this plan.`,
    hint: 'Whoever may plan for the whole server plans them.',
  };
}

/** What a planning that died left behind: older than an hour, since another server may be planning right now. */
async function removeAbandonedPlans(tx: StoreTransaction, pluginId: string, now: number): Promise<void> {
  const old = new Date(now - 3_600_000).toISOString();
  const rows = await tx.db
    .selectFrom('plan')
    .select('id')
    .where('state', '=', 'planning')
    .where('plugin_id', '=', pluginId)
    .where('created_at', '<', old)
    .execute();
  for (const { id } of rows) await removePlan(tx, id);
}

/** Takes a plan away with all that belongs to it. */
export async function removePlan(tx: StoreTransaction, id: number): Promise<void> {
  for (const table of ['plan_detail', 'plan_work', 'plan_process'] as const) {
    await tx.db.deleteFrom(table).where('plan_id', '=', id).execute();
  }
  await sql`delete from plan where id = ${id}`.execute(tx.db);
}

/** Discards a plan that was never applied. */
export async function discardPlan(catalogue: Catalogue, id: string): Promise<void> {
  await catalogue.store.transaction(async (tx) => {
    const row = await planRow(tx.db, id);
    if (row.state !== 'planned' && row.state !== 'planning') {
      throw new LockstepError('plan-state', `Plan ${id} is ${row.state}: it is part of the history.`, {
        hint: 'Undo it instead, if that is what you want.',
      });
    }
    await removePlan(tx, row.id);
    const { plugin, to } = JSON.parse(row.header) as StoredHeader;
    await recordActivity(tx.db, catalogue, {
      action: 'upgrade.discarded',
      subject: { kind: 'plan', id, name: `${plugin.name} to ${to}` },
    });
  });
}
