import type { Catalogue } from '../catalogue.ts';
import { listProcesses } from '../process/list-processes.ts';

/** A part of a plan applied together. */
export interface Wave {
  readonly name: string;
  /** Ids of processes. */
  readonly processes?: readonly string[];
  /** Or every process that bears this label. */
  readonly label?: string;
}

/** The plan's processes that a wave means, by ascending id. */
export async function waveMembers(catalogue: Catalogue, planId: number, { processes, label }: Wave): Promise<number[]> {
  const ids = new Set(processes);
  if (label !== undefined) {
    const page = await listProcesses(catalogue, { label, limit: null });
    for (const { id } of page.processes) ids.add(id);
  }
  const rows = await catalogue.store.db
    .selectFrom('plan_process')
    .select('process_id')
    .where('plan_id', '=', planId)
    .orderBy('process_id')
    .execute();
  return rows.map((row) => row.process_id).filter((id) => ids.has(String(id)));
}
