/**
 * Several servers on one PostgreSQL: what happens on one reaches the pages of all, long work is visible everywhere, and
 * work in the queue is done by whoever is alive. Everything that counts is in the tables; a message only says "look".
 */

import { system } from '../../ports/index.ts';
import { openMessages } from '../../store/index.ts';
import { type HearingInput, hearOthers } from './hear-others.ts';
import { openSharedQueue } from './pg-boss-queue.ts';
import { forgetOld } from './retention.ts';
import type { SharedOperations } from './shared-operations.ts';
import type { WorkQueue } from './work-queue.ts';

export interface Together {
  /** This server's name among the others. */
  readonly id: string;
  readonly queue: WorkQueue;
  readonly operations: SharedOperations;
  close(): Promise<void>;
}

export function serverName(): string {
  return system.random.bytes(4).toString('hex');
}

export async function joinServers(
  { address, ...input }: HearingInput & { readonly address: string },
  ports = system,
): Promise<Together> {
  const hearing = await hearOthers(input, (options) => openMessages(address, options, ports), ports.clock);
  let queue: WorkQueue;
  try {
    // errors of a database that is away pass when it is back
    queue = await openSharedQueue(address, () => {});
  } catch (error) {
    await hearing.close();
    throw error;
  }
  await queue.handle('retention', () => forgetOld(input.store));
  await queue.addHourly('retention');
  const stopTidying = ports.clock.every(600_000, () => void queue.addHourly('retention').catch(() => {}));
  return {
    id: input.id,
    queue,
    operations: hearing.operations,
    async close() {
      stopTidying();
      await queue.close();
      await hearing.close();
    },
  };
}
