import type { ChangeReport, RemovedChannel, RemoveRequest, Repository } from '../../repository/index.ts';
import type { Store } from '../../store/index.ts';
import type { Ground } from '../ground.ts';
import { type ChannelHandOff, handOffChannels, type Together } from '../together/index.ts';
import { type ChannelAct, performAct } from './channel-act.ts';
import type { Served } from './open-served.ts';
import { openUploads, type Uploads } from './uploads.ts';

/** Changes of the channels that this server serves, whoever asks: the page, the command line, another server. */
export interface ChannelWork {
  readonly uploads: Uploads;
  /** `activity`: what the history calls it, such as `channel.promoted`. */
  perform(act: ChannelAct, activity: string): Promise<ChangeReport>;
  /** Removes a channel, which the history keeps. */
  remove(channel: string, request: RemoveRequest): Promise<RemovedChannel>;
  close(): void;
}

/** Does the act at once, on this server. */
export async function performHere(repository: Repository, uploads: Uploads, act: ChannelAct): Promise<ChangeReport> {
  const report = await performAct(repository, uploads, act);
  await forgetPublished(uploads, act);
  return report;
}

async function forgetPublished(uploads: Uploads, act: ChannelAct): Promise<void> {
  if (act.verb === 'publish') for (const { upload } of act.request.packages) await uploads.forget(upload);
}

/** On a shared database any server may do the act, so that one which dies leaves it to another. */
export function workOnChannels({
  served,
  store,
  together,
  folder,
  record,
  stopping,
}: Pick<Ground, 'store' | 'record' | 'stopping'> & {
  readonly together: Together | null;
  readonly served: Served;
  /** For uploads. */
  readonly folder: string;
}): ChannelWork {
  const { repository, storage } = served;
  const uploads = openUploads(folder, together ? storage : null);
  const noted = async (act: ChannelAct, activity: string, { generation }: ChangeReport): Promise<void> => {
    if (!generation || (await isNoted(store, activity, act.channel, generation.generation))) return;
    const { why, changes } = generation;
    await record({ name: act.who }, activity, 'channel', act.channel, {
      generation: generation.generation,
      plugins: changes.length,
      ...(why && { why }),
    });
  };
  const shared: ChannelHandOff | null = together
    ? handOffChannels({ queue: together.queue, repository, storage, uploads, noted, stopping })
    : null;
  return {
    uploads,
    async perform(act, activity) {
      if (shared) {
        const report = await shared.perform(act, activity);
        await forgetPublished(uploads, act);
        return report;
      }
      const report = await performHere(repository, uploads, act);
      await noted(act, activity, report);
      return report;
    },
    async remove(channel, request) {
      const removed = await repository.removeChannel(channel, request);
      await record({ name: request.who }, 'channel.removed', 'channel', channel, {
        files: removed.files,
        ...(removed.ends !== null && { ended: removed.ends }),
        ...(request.why && { why: request.why }),
      });
      return removed;
    },
    close: () => shared?.close(),
  };
}

/** A server may have died between the act's note and its end. */
async function isNoted({ db }: Store, action: string, channel: string, generation: number): Promise<boolean> {
  const rows = await db
    .selectFrom('activity')
    .select('detail')
    .where('action', '=', action)
    .where('subject_kind', '=', 'channel')
    .where('subject_id', '=', channel)
    .orderBy('id', 'desc')
    .limit(20)
    .execute();
  return rows.some(({ detail }) => JSON.parse(detail).generation === generation);
}
