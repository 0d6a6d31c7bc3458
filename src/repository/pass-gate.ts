import { LockstepError } from '../failure/index.ts';
import type { ChannelIndex } from './index-file.ts';
import { choose } from './promote.ts';
import type { PromoteRequest, Repository } from './repository.ts';

/** The gate runs where its caller is; the server then promotes only what the gate saw. */
export async function passGate(
  repository: Repository,
  { gate, ...promotion }: PromoteRequest,
): Promise<PromoteRequest> {
  const { index } = await repository.readOffer(promotion.from);
  const chosen = choose(index, promotion);
  const expected = Object.fromEntries(chosen.map(({ id, sha1 }) => [id, sha1]));
  if (!gate) return { ...promotion, expected };
  const target = await offerOrNone(repository, promotion.to);
  const found = [];
  for (const entry of chosen) {
    const before = target.get(entry.id) ?? null;
    if (before?.sha1 === entry.sha1) continue;
    const readPackage = () => repository.readPackage(promotion.from, entry);
    const readBefore = async () => before && repository.readPackage(promotion.to, before);
    found.push(...(await gate({ entry, before, readPackage, readBefore })));
  }
  const blocking = found.filter(({ severity }) => severity === 'error');
  if (blocking.length === 0) return { ...promotion, expected };
  throw new LockstepError(
    'promotion-refused',
    `${blocking.length} problem(s) keep this from "${promotion.to}": ${blocking.map(({ message }) => message).join(' ')}`,
    { hint: 'Correct them, publish again and promote then. Nothing was changed.', data: { problems: blocking } },
  );
}

async function offerOrNone(repository: Repository, channel: string): Promise<ChannelIndex> {
  try {
    return (await repository.readOffer(channel)).index;
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'channel-not-found') return new Map();
    throw error;
  }
}
