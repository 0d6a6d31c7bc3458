import type { Kysely } from 'kysely';
import { addPlanWorks, type StoreTransaction, type Tables } from '../../store/index.ts';
import type { PlannedProcess, UseChange } from '../../upgrade/index.ts';

/** What applying reads of a process's plan: everything but the values, which come from the document. */
export type PlanWork = readonly UseChange[];

/** Processes that are built in more ways than this have their work in their details alone. */
const most = 1000;

/** Numbers the works of a plan as it grows: one for all processes that are built alike. */
export class PlanWorks {
  readonly #ids = new Map<string, number>();
  #fresh: { id: number; work: string }[] = [];

  /** Null where it is in the details alone. */
  idOf({ uses }: Pick<PlannedProcess, 'uses'>): number | null {
    const work = JSON.stringify(uses.map((use) => ({ ...use, properties: [] })));
    let id = this.#ids.get(work);
    if (id === undefined && this.#ids.size < most) {
      id = this.#ids.size + 1;
      this.#ids.set(work, id);
      this.#fresh.push({ id, work });
    }
    return id ?? null;
  }

  /** Writes what was numbered since the last time. */
  async flush(tx: StoreTransaction, planId: number): Promise<void> {
    await tx.bulk(
      addPlanWorks,
      this.#fresh.map((one) => ({ plan_id: planId, ...one })),
    );
    this.#fresh = [];
  }
}

/** The works of a plan by their numbers; they never change. */
export async function readWorks(db: Kysely<Tables>, planId: number): Promise<ReadonlyMap<number, PlanWork>> {
  const rows = await db.selectFrom('plan_work').select(['id', 'work']).where('plan_id', '=', planId).execute();
  return new Map(rows.map(({ id, work }) => [id, JSON.parse(work) as PlanWork]));
}
