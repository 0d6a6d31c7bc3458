import { compareVersions } from '../plugin/index-json.ts';
import type { ChannelIndex } from './index-file.ts';

export interface OfferDifference {
  readonly id: string;
  readonly family: string | null;
  /** Version in the first and in the second channel; null where it is not offered. */
  readonly first: string | null;
  readonly second: string | null;
  readonly kind: 'only-first' | 'only-second' | 'first-higher' | 'second-higher' | 'other-bytes';
}

/** What two channels offer differently, by plugin id. Pure. */
export function compareOffers(first: ChannelIndex, second: ChannelIndex): OfferDifference[] {
  const ids = [...new Set([...first.keys(), ...second.keys()])].sort();
  return ids.flatMap((id) => {
    const a = first.get(id);
    const b = second.get(id);
    if (a && b && a.sha1 === b.sha1 && a.version === b.version) return [];
    const order = a && b ? compareVersions(a.version, b.version) : 0;
    const kind = !b
      ? 'only-first'
      : !a
        ? 'only-second'
        : order > 0
          ? 'first-higher'
          : order < 0
            ? 'second-higher'
            : 'other-bytes';
    const family = a?.family ?? b?.family ?? null;
    return [{ id, family, first: a?.version ?? null, second: b?.version ?? null, kind } as const];
  });
}
