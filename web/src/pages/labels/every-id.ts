import { processes } from '../../api/resources.ts';

type Criteria = Omit<Parameters<typeof processes.list>[0], 'offset' | 'limit'>;

const size = 1_000;

/** The ids of every process that fits, however many there are. */
export async function everyId(criteria: Criteria): Promise<string[]> {
  const ids: string[] = [];
  for (let total = 1; ids.length < total; ) {
    const page = await processes.list({ ...criteria, offset: ids.length, limit: size });
    total = page.items.length === 0 ? 0 : page.total;
    ids.push(...page.items.map(({ id }) => id));
  }
  return ids;
}
