import type { PlannedProcess, UseChange } from '../upgrade/index.ts';

/** What applying reads of a process's plan: everything but the values, which come from the document. */
export type PlanWork = readonly UseChange[];

/** The same text for processes that are built alike, so that it is read once for all of them. */
export function formatWork({ uses }: Pick<PlannedProcess, 'uses'>): string {
  return JSON.stringify(uses.map((use) => ({ ...use, properties: [] })));
}

const known = new Map<string, PlanWork>();
let latest: { readonly text: string; readonly work: PlanWork } = { text: '[]', work: [] };

export function parseWork(text: string): PlanWork {
  // most processes are built like the one before
  if (text === latest.text) return latest.work;
  let work = known.get(text);
  if (!work) {
    work = JSON.parse(text) as PlanWork;
    if (known.size >= 2000) known.clear();
    known.set(text, work);
  }
  latest = { text, work };
  return work;
}
