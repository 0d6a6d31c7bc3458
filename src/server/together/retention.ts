import type { Store } from '../../store/index.ts';

const hour = 3_600_000;

/** What several servers leave behind in the tables that they share, and nobody looks at any more. */
export async function forgetOld({ db }: Store, now = Date.now()): Promise<void> {
  const before = (hours: number): string => new Date(now - hours * hour).toISOString();
  await db.deleteFrom('server_message').where('at', '<', before(1)).execute();
  await db
    .deleteFrom('server_operation')
    .where('started_at', '<', before(7 * 24))
    .execute();
  await db.deleteFrom('server_member').where('seen_at', '<', before(24)).execute();
  await db
    .deleteFrom('plugin_package')
    // a version that is being installed has its package before its row
    .where('kept_at', '<', before(24))
    .where('digest', 'not in', (is) =>
      is.selectFrom('plugin_version').select('digest').where('state', '=', 'installed').where('digest', 'is not', null),
    )
    .execute();
}
