import type { activityRoutes } from '../../api/activity.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';
import { describeActivity } from './describe-activity.ts';

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
