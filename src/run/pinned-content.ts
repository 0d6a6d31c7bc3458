import type { Store } from '../store/index.ts';
import type { RunState } from './run-state.ts';

/** Digests of the plugin contents that runs not yet at their end started with [DO-8]; they have to stay on the disk. */
export async function pinnedContent(store: Store): Promise<Set<string>> {
  const running = await store.db.selectFrom('run').select('state').where('status', '=', 'running').execute();
  const digests = new Set<string>();
  for (const { state } of running) {
    const { plugins = {} } = JSON.parse(state) as Partial<RunState>;
    for (const digest of Object.values(plugins)) digests.add(digest);
  }
  return digests;
}
