import { recordActivity } from '../../catalogue/index.ts';
import { system } from '../../ports/index.ts';
import type { Store } from '../../store/index.ts';
import type { Actor } from '../accounts/actor.ts';
import type { EventHub } from '../operations/event-hub.ts';
import { describeActivity } from './describe-activity.ts';

/** Writes who did what; for deeds that no other folder records. */
export type RecordAct = (
  actor: Pick<Actor, 'name'>,
  action: string,
  kind: string,
  subject: string,
  detail: Readonly<Record<string, unknown>>,
) => Promise<void>;

export function recorder(store: Store, announce: () => Promise<void>): RecordAct {
  return async (actor, action, kind, subject, detail) => {
    const who = { user: actor.name, now: () => system.clock.now().toISOString() };
    await recordActivity(store.db, who, { action, subject: { kind, id: subject, name: subject }, detail });
    await announce();
  };
}

/** Publishes the activity entries that are newer than the last one told. */
export function activityAnnouncer(store: Store, events: EventHub): () => Promise<void> {
  let last: number | null = null;
  // what another server has told is not told again
  events.listenAlways(({ event }) => {
    if (event.topic === 'activity') last = Math.max(last ?? 0, Number(event.activity.id));
  });
  return async () => {
    const newest = await store.db
      .selectFrom('activity')
      .select((is) => is.fn.max('id').as('id'))
      .executeTakeFirst();
    const now = Number(newest?.id ?? 0);
    // nobody listens to what happened before the first look
    const since = last ?? now - 1;
    last = now;
    if (now <= since) return;
    const rows = await store.db
      .selectFrom('activity')
      .selectAll()
      .where('id', '>', since)
      .where('id', '<=', now)
      .orderBy('id')
      .limit(100)
      .execute();
    for (const row of rows) events.publish({ topic: 'activity', activity: describeActivity(row) });
  };
}
