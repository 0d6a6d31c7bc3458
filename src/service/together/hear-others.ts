import type { ServerEvent } from '../../api/events.ts';
import type { Host } from '../../host/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Messages, MessagesOptions, Store } from '../../store/index.ts';
import type { EventHub } from '../operations/event-hub.ts';
import type { Operations } from '../operations/operations.ts';
import { SharedOperations } from './shared-operations.ts';

export interface HearingInput {
  /** Names this server; its operations begin with it. */
  readonly id: string;
  readonly url: string;
  readonly store: Store;
  readonly events: EventHub;
  readonly operations: Operations;
  readonly host: Pick<Host, 'followAll' | 'update'> & { readonly settings: Pick<Host['settings'], 'refresh'> };
}

export interface Hearing {
  readonly operations: SharedOperations;
  close(): Promise<void>;
}

type Message =
  | { readonly kind: 'event'; readonly event: ServerEvent }
  | { readonly kind: 'cancel'; readonly operation: string };

const signOfLife = 3_000;
/** How late a server is at most where it was not told. */
const lookAgain = 30_000;

/**
 * What one server owes the others: it says that it lives, tells what happens on it, and follows what happens on them. A message
 * only hastens that, for it may be lost (by whoever sends it too, of which nobody else hears): everything is looked for
 * again, what is to be stopped with each sign of life, the rest twice a minute.
 */
export async function hearOthers(
  input: HearingInput,
  open: (options: MessagesOptions) => Promise<Messages>,
  clock: Clock,
): Promise<Hearing> {
  const { id, store, events, operations: local, host } = input;
  let messages: Messages | null = null;
  const say = (message: Message): void => messages?.send(message);
  const operations = new SharedOperations(store, local, id, (operation) => say({ kind: 'cancel', operation }), clock);
  const look = async (): Promise<void> => {
    await host.settings.refresh();
    await host.followAll();
  };
  messages = await open({
    from: id,
    onMessage(heard) {
      const message = heard as Message;
      if (message.kind === 'cancel') operations.stop(message.operation);
      else void followEvent(host, message.event).finally(() => events.receive(message.event));
    },
    onAgain() {
      void look().catch(() => {});
      // whatever was missed, here and by those whom we could not tell: pages look again
      for (const topic of ['plugins', 'settings'] as const) events.publish({ topic });
    },
  });
  const stopForwarding = events.forward((event) => {
    if (event.topic === 'operation') operations.note(event.operation);
    say({ kind: 'event', event });
  });
  try {
    await sayAlive(input, clock);
  } catch (error) {
    stopForwarding();
    await messages.close();
    throw error;
  }
  const pulse = async (): Promise<void> => {
    await sayAlive(input, clock);
    await operations.watch();
    await operations.heed();
  };
  // a database that is away is looked at again when it is back
  const stops = [
    clock.every(signOfLife, () => void pulse().catch(() => {})),
    clock.every(lookAgain, () => void look().catch(() => {})),
  ];
  return {
    operations,
    async close() {
      for (const stop of stops) stop();
      stopForwarding();
      await operations.written();
      await messages.close();
      await store.db
        .deleteFrom('server_member')
        .where('id', '=', id)
        .execute()
        .catch(() => {});
    },
  };
}

/** What another server changed is changed here before the pages are told. */
async function followEvent(host: HearingInput['host'], event: ServerEvent): Promise<void> {
  try {
    if (event.topic === 'settings') await host.settings.refresh();
    if (event.topic === 'plugins') await host.followAll();
    if (event.topic === 'operation' && event.operation.kind === 'update' && event.operation.state === 'success')
      await host.update().done;
  } catch {
    // noted as broken where it belongs to a plugin; a database that is away is followed when it is back
  }
}

async function sayAlive({ id, url, store }: HearingInput, clock: Clock): Promise<void> {
  const now = clock.now().toISOString();
  await store.db
    .insertInto('server_member')
    .values({ id, url, started_at: now, seen_at: now })
    .onConflict((on) => on.column('id').doUpdateSet({ seen_at: now }))
    .execute();
}
