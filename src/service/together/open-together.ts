import { showPlan } from '../../catalogue/index.ts';
import type { Ground } from '../ground.ts';
import { planShareHandler } from './share-plan.ts';
import { joinServers, type Together } from './together.ts';

type Needed = Pick<Ground, 'config' | 'store' | 'events' | 'operations' | 'host' | 'catalogueOf' | 'followPlan'>;

/** Joins the other servers on this database: hears them, tells them, and does its part of what is shared. */
export async function openTogether(
  id: string,
  { config, store, events, operations, host, catalogueOf, followPlan }: Needed,
): Promise<Together> {
  const together = await joinServers({
    id,
    address: config.databaseDirect ?? config.database ?? '',
    store,
    events,
    operations,
    host,
    url: config.listen.url ?? '',
  });
  await together.queue.handle(
    'plan',
    planShareHandler(catalogueOf, async (plan, _direction, by) => {
      await followPlan(await showPlan(catalogueOf(by), plan));
      events.publish({ topic: 'plugins' });
    }),
  );
  return together;
}
