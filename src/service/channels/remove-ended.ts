import { system } from '../../ports/index.ts';
import { type RemoveRequest, type Repository, removeEndedChannels } from '../../repository/index.ts';
import { type Hourly, hourly } from './hourly.ts';

interface RemoveEndedOptions {
  readonly repository: Pick<Repository, 'listChannels'>;
  readonly remove: (channel: string, request: RemoveRequest) => ReturnType<Repository['removeChannel']>;
  readonly log: { info(detail: object, text: string): void; warn(detail: object, text: string): void };
  readonly now?: () => Date;
}

/** While the server runs, a channel whose end has come is removed: it looks at once, then every hour. */
export function removeEnded({ repository, remove, log, now = system.clock.now }: RemoveEndedOptions): Hourly {
  const channels = { listChannels: repository.listChannels, removeChannel: remove };
  return hourly(
    async (signal) => {
      for (const { channel, ends, files } of await removeEndedChannels(channels, { who: 'server', signal, now: now() }))
        log.info({ channel, ends, files }, 'a channel came to its end and was removed');
    },
    (error) => log.warn({ err: error }, 'channels that ended could not be removed'),
  );
}
