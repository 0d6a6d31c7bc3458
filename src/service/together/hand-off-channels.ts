/**
 * Publishing and promoting as work that any server of the same repository may do. The act is in the queue before it
 * begins; a server that dies in the middle leaves the channel as it was or as it shall be, and the next one that takes the
 * act finds out which and does what is missing.
 */

import { LockstepError } from '../../failure/index.ts';
import { type Clock, type Ports, type Random, system } from '../../ports/index.ts';
import type { ChangeReport, Repository, RepositoryStorage } from '../../repository/index.ts';
import { type ChannelAct, lastGeneration, performAct, performAgain } from '../channels/channel-act.ts';
import { forgetUploads, type Uploads } from '../channels/uploads.ts';
import { isPassing } from './passing-error.ts';
import type { ChannelWork, WorkQueue } from './work-queue.ts';

export interface ChannelHandOff {
  /** Answers when some server has done it. */
  perform(act: ChannelAct, activity: string): Promise<ChangeReport>;
  close(): void;
}

export interface HandOffInput {
  readonly queue: WorkQueue;
  readonly repository: Repository;
  readonly storage: RepositoryStorage;
  readonly uploads: Uploads;
  /** Writes an act that changed a channel into the activity, once. */
  readonly noted: (act: ChannelAct, activity: string, report: ChangeReport) => Promise<void>;
  readonly stopping: AbortSignal;
  readonly ports?: Pick<Ports, 'clock' | 'random'>;
}

interface Piece {
  readonly act: ChannelAct;
  readonly activity: string;
  /** The channel's generation when it was asked for. */
  readonly since: number;
}

const again = 10_000;

export function handOffChannels(input: HandOffInput): ChannelHandOff {
  const { queue, repository, storage, uploads, noted, stopping } = input;
  const { clock, random } = input.ports ?? system;
  let closed = false;
  const stopTidying = clock.every(600_000, () => {
    void joined()
      .then((kind) => queue.addHourly(`uploads-${kind}`))
      .catch(() => {});
  });
  let joining: Promise<ChannelWork> | null = null;
  // servers whose repositories are different ones do not take each other's work
  const join = async (): Promise<ChannelWork> => {
    const kind = `channel-${await repositoryMark(storage, random)}` as const;
    await queue.handle(kind, async ({ data, signal, again: isAgain }) => {
      const { act, activity, since } = data as Piece;
      const report = isAgain
        ? await performAgain(repository, uploads, act, since, signal)
        : await performAct(repository, uploads, act, signal);
      await noted(act, activity, report);
      return report;
    });
    await queue.handle(`uploads-${kind}`, async () => ({
      removed: await forgetUploads(storage, clock.now().getTime()),
    }));
    await queue.addHourly(`uploads-${kind}`);
    return kind;
  };
  const joined = (): Promise<ChannelWork> => {
    joining ??= join().catch((error) => {
      joining = null;
      throw error;
    });
    return joining;
  };
  // storage that does not answer as the server starts is looked for again; what others left is waited for there
  const begin = (): void => {
    joined().catch(() => {
      if (!closed) clock.after(again, begin, { quiet: true });
    });
  };
  begin();

  return {
    async perform(act, activity) {
      const kind = await joined();
      const key = random.uuid();
      const piece: Piece = { act, activity, since: await lastGeneration(repository, act.channel) };
      await queue.add(kind, key, [piece]);
      for (;;) {
        const { pieces, failure, results } = await whenThere(clock, () => queue.outstanding(kind, key));
        if (failure) {
          throw new LockstepError(failure.code as 'internal', failure.message, {
            ...(failure.hint !== null && { hint: failure.hint }),
          });
        }
        if (pieces === 0) return results[0] as ChangeReport;
        if (stopping.aborted) {
          throw new LockstepError('server-stopping', 'The server stops while the channel is being changed.', {
            hint: 'Another server finishes it; the history of the channel shows it.',
          });
        }
        await clock.wait(100, stopping).catch(() => {});
      }
    },
    close() {
      closed = true;
      stopTidying();
    },
  };
}

/** A database that is away for a moment does not undo what was handed in. */
async function whenThere<T>(clock: Clock, look: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await look();
    } catch (error) {
      if (!isPassing(error) || attempt === 100) throw error;
      await clock.wait(300);
    }
  }
}

/** Names the repository itself, however a server addresses it. */
async function repositoryMark(storage: RepositoryStorage, random: Random): Promise<string> {
  const path = 'repository.id';
  await storage.writeIfAbsent(path, new TextEncoder().encode(random.uuid()));
  const content = await storage.read(path);
  return new TextDecoder().decode(content!.bytes).replace(/[^\w-]/g, '');
}
