import type { Store } from '../store/index.ts';

/** What the steps of a run wait for that no agent takes. */
export interface RunWaits {
  readonly steps: readonly string[];
  /** Labels that no agent at work has, or not all of them at once; none where no agent is at work at all. */
  readonly labels: readonly string[];
}

/** Null where somebody does its steps, or will as soon as they have done another. */
export async function runWaits(
  { db }: Store,
  runId: string,
  agents: readonly { readonly state: string; readonly labels: readonly string[] }[],
): Promise<RunWaits | null> {
  const ready = await db
    .selectFrom('run_step')
    .select(['activity', 'labels'])
    .where('run_id', '=', runId)
    .where('state', '=', 'ready')
    .orderBy('created_at')
    .execute();
  const working = agents.filter(({ state }) => state === 'online');
  const stuck = ready
    .map(({ activity, labels }) => ({ activity, labels: JSON.parse(labels) as string[] }))
    .filter(({ labels }) => !working.some((agent) => labels.every((label) => agent.labels.includes(label))));
  if (stuck.length === 0) return null;
  const labels = new Set<string>();
  for (const { labels: wanted } of stuck) {
    const nobodys = wanted.filter((label) => !working.some((agent) => agent.labels.includes(label)));
    for (const label of nobodys.length > 0 ? nobodys : wanted) labels.add(label);
  }
  return { steps: stuck.map(({ activity }) => activity), labels: working.length === 0 ? [] : [...labels] };
}
