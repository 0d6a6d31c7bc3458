import type { UserFiles } from '../api/plugin-files.ts';
import type { Catalogue } from '../catalogue/index.ts';
import type { Host } from '../host/index.ts';
import type { Store } from '../store/index.ts';
import type { RecordAct } from './activity/announce-activity.ts';
import type { EventHub } from './operations/event-hub.ts';
import type { Operations } from './operations/operations.ts';
import type { ServerConfig } from './settings/config.ts';

/** What the services of a running server stand on. */
export interface Ground {
  readonly config: ServerConfig;
  readonly store: Store;
  readonly events: EventHub;
  readonly operations: Operations;
  readonly host: Host;
  /** After a plan was applied or undone: the plugin's folder and readers follow the database. */
  readonly followPlan: (plan: { readonly plugin: { readonly id: string } }) => Promise<UserFiles | null>;
  readonly catalogueOf: (user: string) => Catalogue;
  readonly record: RecordAct;
  /** Tells open pages of activity that was written since the last time. */
  readonly announceActivity: () => Promise<void>;
  /** Aborted when the server begins to stop. */
  readonly stopping: AbortSignal;
}
