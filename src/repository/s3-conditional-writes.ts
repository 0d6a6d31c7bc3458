import type { Ports } from '../ports/index.ts';
import { type PutCondition, probeConditions, type TagForm } from './s3-conditions.ts';
import type { RepositoryStorage } from './storage.ts';

/** Writes that take effect only where their condition holds, over a store that was seen to keep them. */
export function conditionalWrites(
  store: Omit<Parameters<typeof probeConditions>[0], 'read'> &
    Pick<RepositoryStorage, 'read'> & { readonly ports: Pick<Ports, 'clock' | 'random'> },
) {
  const { clock, random } = store.ports;
  let probe: Promise<TagForm> | undefined;
  /** Asked once, before the first write that has a condition. */
  const tagForm = (): Promise<TagForm> => {
    probe ??= probeConditions(store, `.probe-${random.uuid()}`);
    // a store that did not answer is asked again
    probe.catch((error) => {
      if (error.code !== 'storage-not-safe') probe = undefined;
    });
    return probe;
  };

  /** The new version, or null where the condition did not hold. A write that was refused, or lost, and is there all the same was done. */
  async function putIf(
    path: string,
    bytes: Uint8Array,
    condition: PutCondition,
    { takenIsTaken = false } = {},
  ): Promise<string | null> {
    const form = await tagForm();
    const sent = condition.IfMatch === undefined ? condition : { IfMatch: form(condition.IfMatch) };
    for (let attempt = 1; ; attempt++) {
      const answer = await store.put(path, bytes, sent).catch((lost: Error) => ({ lost }));
      if ('etag' in answer) return answer.etag;
      // at the first try it was there before us, whatever its bytes
      if (takenIsTaken && 'refused' in answer && answer.refused === 412 && answer.tries === 1) return null;
      const there = await store.read(path).catch((error) => {
        throw 'lost' in answer ? answer.lost : error;
      });
      if (there && Buffer.compare(there.bytes, bytes) === 0) return there.version;
      if ('lost' in answer) throw answer.lost;
      // two writes at the same moment: neither was judged by its condition
      if (answer.refused !== 409 || attempt === 5) return null;
      await clock.wait(20 * 2 ** attempt);
    }
  }

  return { tagForm, putIf };
}
