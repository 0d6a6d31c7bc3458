import { type Activity, type activityRoutes, subjectKinds } from '../../api/activity.ts';
import type { Acts } from '../act.ts';
import { hideSecrets } from '../hide-secrets.ts';
import type { Services } from '../services.ts';

export function activityActs({ store }: Services): Acts<typeof activityRoutes> {
  return {
    listActivity: async ({ query }) => {
      const { offset = 0, limit = 50, by, action, subjectKind, subject, since, until } = query;
      let found = store.db.selectFrom('activity');
      if (by !== undefined) found = found.where('who', '=', by);
      if (action !== undefined) {
        found = found.where((is) => is.or([is('action', '=', action), is('action', 'like', `${action}.%`)]));
      }
      if (subjectKind !== undefined) found = found.where('subject_kind', '=', subjectKind);
      if (subject !== undefined) found = found.where('subject_id', '=', subject);
      if (since !== undefined) found = found.where('at', '>=', since);
      if (until !== undefined) found = found.where('at', '<', until);
      const rows = await found.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute();
      const { total } = await found.select((is) => is.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      return { items: rows.map(describeActivity), total: Number(total) };
    },
  };
}

interface ActivityRow {
  readonly id: number;
  readonly at: string;
  readonly who: string;
  readonly action: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly subject_name: string;
  readonly detail: string;
}

/** An entry as a person reads it. */
export function describeActivity(row: ActivityRow): Activity {
  const detail = JSON.parse(row.detail) as Record<string, unknown>;
  const kind = (subjectKinds as readonly string[]).includes(row.subject_kind)
    ? (row.subject_kind as Activity['subjectKind'])
    : 'server';
  const shown = Object.entries(detail)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name} ${value}`);
  const [, verb = row.action] = row.action.split('.');
  const words = `${verb} ${row.subject_kind} ${row.subject_name || row.subject_id}`;
  return {
    id: String(row.id),
    at: row.at,
    by: row.who,
    action: row.action,
    subjectKind: kind,
    subject: row.subject_id,
    text: hideSecrets(`${words}${shown.length > 0 ? ` (${shown.join(', ')})` : ''}`),
    succeeded: detail['failed'] === undefined,
    reason: typeof detail['failed'] === 'string' ? detail['failed'] : null,
  };
}
