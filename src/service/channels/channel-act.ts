import type {
  ArchiveRequest,
  ChangeReport,
  Generation,
  PromoteRequest,
  PublishRequest,
  Repository,
  RestoreRequest,
  YankRequest,
} from '../../repository/index.ts';
import type { Uploads } from './uploads.ts';

type Plain<Request> = Omit<Request, 'who' | 'signal' | 'onProgress' | 'gate'>;

interface Uploaded {
  readonly name: string;
  /** Digest under which its bytes were uploaded. */
  readonly upload: string;
  readonly family: string | null;
  readonly digest: string | null;
}

/** A change of a channel as a plain value, so that any server can do it. */
export type ChannelAct = { readonly channel: string; readonly who: string } & (
  | {
      readonly verb: 'publish';
      readonly request: Omit<Plain<PublishRequest>, 'packages'> & { readonly packages: readonly Uploaded[] };
    }
  | { readonly verb: 'promote'; readonly request: Omit<Plain<PromoteRequest>, 'to'> }
  | { readonly verb: 'yank'; readonly request: Plain<YankRequest> }
  | { readonly verb: 'archive'; readonly request: Plain<ArchiveRequest> }
  | { readonly verb: 'restore'; readonly request: Plain<RestoreRequest> }
);

export async function performAct(
  repository: Repository,
  uploads: Uploads,
  act: ChannelAct,
  signal?: AbortSignal,
): Promise<ChangeReport> {
  const { channel } = act;
  const by = { who: act.who, ...(signal && { signal }) };
  switch (act.verb) {
    case 'publish': {
      const packages = [];
      for (const { upload, name, ...input } of act.request.packages) {
        packages.push({ ...input, name, content: { file: await uploads.fetch(upload, name) } });
      }
      return repository.publish(channel, { ...act.request, ...by, packages });
    }
    case 'promote':
      return repository.promote({ ...act.request, ...by, to: channel });
    case 'yank':
      return repository.yank(channel, { ...act.request, ...by });
    case 'archive':
      return repository.archive(channel, { ...act.request, ...by });
    case 'restore':
      return repository.restore(channel, { ...act.request, ...by });
  }
}

/**
 * The same for an act whose first attempt may have come to its end before its server died. Publishing and promoting what
 * is there already changes nothing; what would be done twice is looked for first.
 */
export async function performAgain(
  repository: Repository,
  uploads: Uploads,
  act: ChannelAct,
  since: number,
  signal?: AbortSignal,
): Promise<ChangeReport> {
  const done = async (): Promise<Generation | null> =>
    (await historyOf(repository, act.channel)).findLast(
      (one) => one.generation > since && one.who === act.who && isOf(act, one),
    ) ?? null;
  const isRepeatable = act.verb === 'publish' || act.verb === 'promote';
  const before = isRepeatable ? null : await done();
  if (before) return { channel: act.channel, generation: before, problems: [] };
  const report = await performAct(repository, uploads, act, signal);
  return report.generation ? report : { ...report, generation: await done() };
}

function isOf(act: ChannelAct, { action, changes }: Generation): boolean {
  if (act.verb === 'publish') return action === (act.request.action ?? 'publish');
  if (action !== act.verb) return false;
  if (act.verb !== 'yank' && act.verb !== 'archive') return true;
  return act.request.plugins.every((id) => changes.some((change) => change.id === id && change.after === null));
}

/** A channel that nobody has published to has none. */
export async function lastGeneration(repository: Repository, channel: string): Promise<number> {
  return (await historyOf(repository, channel)).at(-1)?.generation ?? 0;
}

function historyOf(repository: Repository, channel: string): Promise<Generation[]> {
  return repository.history(channel).catch((error) => {
    if (error?.code === 'channel-not-found') return [];
    throw error;
  });
}
