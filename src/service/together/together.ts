/**
 * Several servers on one PostgreSQL: what happens on one reaches the pages of all, long work is visible everywhere, and
 * work in the queue is done by whoever is alive. Everything that counts is in the tables; a message only says "look".
 */

import type { ServerEvent } from '../../api/events.ts';
import type { Host } from '../../host/index.ts';
import { type Clock, system } from '../../ports/index.ts';
import { type Messages, openMessages, type Store } from '../../store/index.ts';
import type { EventHub } from '../operations/event-hub.ts';
import type { Operations } from '../operations/operations.ts';
import { openSharedQueue } from './pg-boss-queue.ts';
import { forgetOld } from './retention.ts';
import { SharedOperations } from './shared-operations.ts';
import type { WorkQueue } from './work-queue.ts';

export interface Together {
  /** This server's name among the others. */
  readonly id: string;
  readonly queue: WorkQueue;
  readonly operations: SharedOperations;
  close(): Promise<void>;
}

type Message =
  | { readonly kind: 'event'; readonly event: ServerEvent }
  | { readonly kind: 'cancel'; readonly operation: string };

export interface TogetherInput {
  readonly address: string;
  readonly url: string;
  readonly store: Store;
  readonly events: EventHub;
  readonly operations: Operations;
  readonly host: Host;
  /** Names this server; its operations begin with it. */
  readonly id: string;
}

const signOfLife = 3_000;

export function serverName(): string {
  return system.random.bytes(4).toString('hex');
}

export async function joinServers(input: TogetherInput): Promise<Together> {
  const { address, store, events, operations: book, host, id } = input;
  let messages: Messages | null = null;
  const operations = new SharedOperations(store, book, id, (operation) =>
    messages?.send({ kind: 'cancel', operation } satisfies Message),
  );
  const receive = (message: Message): void => {
    if (message.kind === 'cancel') {
      if (book.list().some((one) => one.id === message.operation && one.endedAt === null))
        book.remove(message.operation);
      return;
    }
    void followEvent(host, message.event).finally(() => events.receive(message.event));
  };
  messages = await openMessages(address, {
    from: id,
    onMessage: (message) => receive(message as Message),
    onAgain: () => {
      void host.settings
        .refresh()
        .then(() => host.followAll())
        .catch(() => {});
      // whatever was missed: pages look again
      for (const topic of ['plugins', 'settings'] as const) events.receive({ topic });
    },
  });
  const stopForwarding = events.forward((event) => {
    if (event.topic === 'operation') operations.note(event.operation);
    messages.send({ kind: 'event', event } satisfies Message);
  });

  await sayAlive(store, input, id, system.clock);
  const { clock } = system;
  const stopPulse = clock.every(signOfLife, () => void sayAlive(store, input, id, clock).catch(() => {}));
  let queue: WorkQueue;
  try {
    // errors of a database that is away pass when it is back
    queue = await openSharedQueue(address, () => {});
  } catch (error) {
    stopPulse();
    await messages.close();
    throw error;
  }
  await queue.handle('retention', () => forgetOld(store));
  await queue.addHourly('retention');
  const stopTidying = clock.every(600_000, () => void queue.addHourly('retention').catch(() => {}));
  return {
    id,
    queue,
    operations,
    async close() {
      stopPulse();
      stopTidying();
      await queue.close();
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
async function followEvent(host: Host, event: ServerEvent): Promise<void> {
  try {
    if (event.topic === 'settings') await host.settings.refresh();
    if (event.topic === 'plugins') await host.followAll();
    if (event.topic === 'operation' && event.operation.kind === 'update' && event.operation.state === 'success')
      await host.update().done;
  } catch {
    // noted as broken where it belongs to a plugin; a database that is away is followed when it is back
  }
}

async function sayAlive(store: Store, { url }: TogetherInput, id: string, clock: Clock): Promise<void> {
  const now = clock.now().toISOString();
  await store.db
    .insertInto('server_member')
    .values({ id, url, started_at: now, seen_at: now })
    .onConflict((on) => on.column('id').doUpdateSet({ seen_at: now }))
    .execute();
}
