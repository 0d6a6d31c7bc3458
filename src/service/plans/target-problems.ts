import type { Problem } from '../../failure/index.ts';
import { withdrawnIn, withdrawnProblem } from '../../host/index.ts';
import type { Services } from '../services.ts';

/** What became known of a plan's target since it was made: its channel may have withdrawn that version. */
export async function targetProblems(
  { store, data }: Pick<Services, 'store' | 'data'>,
  id: string,
): Promise<Problem[]> {
  const target = await store.db
    .selectFrom('plan')
    .select(['plugin_id as id', 'version'])
    .where('id', '=', Number(id))
    .executeTakeFirstOrThrow();
  return (await withdrawnIn(data.path, [target])).map(withdrawnProblem);
}
