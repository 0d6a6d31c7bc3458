import { api } from '../../api/client.ts';
import type { Call } from '../../api/types.ts';

type Criteria = Omit<Call<'processes', 'listProcesses'>['query'], 'offset' | 'limit'>;

const size = 1_000;

/** The ids of every process that fits, however many there are. */
export async function everyId(criteria: Criteria): Promise<string[]> {
  const ids: string[] = [];
  for (let total = 1; ids.length < total; ) {
    const page = await api.processes.listProcesses({ query: { ...criteria, offset: ids.length, limit: size } });
    total = page.items.length === 0 ? 0 : page.total;
    ids.push(...page.items.map(({ id }) => id));
  }
  return ids;
}
