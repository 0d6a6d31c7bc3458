import { system } from '../../ports/index.ts';
import type { Store } from '../../store/index.ts';

const hour = 3_600_000;

/** How many of each were removed. */
export interface Forgotten {
  readonly messages: number;
  readonly operations: number;
  readonly members: number;
  readonly packages: number;
}

/** What several servers leave behind in the tables that they share, and nobody looks at any more. */
export async function forgetOld({ db }: Store, now = system.clock.now().getTime()): Promise<Forgotten> {
  const before = (hours: number): string => new Date(now - hours * hour).toISOString();
  const messages = await db.deleteFrom('server_message').where('at', '<', before(1)).executeTakeFirst();
  const operations = await db
    .deleteFrom('server_operation')
    .where('started_at', '<', before(7 * 24))
    .executeTakeFirst();
  const members = await db.deleteFrom('server_member').where('seen_at', '<', before(24)).executeTakeFirst();
  const packages = await db
    .deleteFrom('plugin_package')
    // a version that is being installed has its package before its row
    .where('kept_at', '<', before(24))
    .where('digest', 'not in', (is) =>
      is.selectFrom('plugin_version').select('digest').where('state', '=', 'installed').where('digest', 'is not', null),
    )
    .executeTakeFirst();
  return {
    messages: Number(messages.numDeletedRows),
    operations: Number(operations.numDeletedRows),
    members: Number(members.numDeletedRows),
    packages: Number(packages.numDeletedRows),
  };
}
