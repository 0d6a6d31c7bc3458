import { LockstepError, type Problem, problemOf } from '../failure/index.ts';
import { filesOf } from './channel-files.ts';
import type { IndexEntry } from './index-entry.ts';
import { packagesOf } from './packages-of.ts';
import { checkPackage, packageDamaged } from './read-offer.ts';
import type { Offer, OnProgress, VerifyReport } from './repository.ts';

export interface VerifyInput {
  readonly offer: Offer;
  /** Null if the package is not there. */
  readonly readPackage: (path: string) => Promise<Uint8Array | null>;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/** Reads every package that an offer names, archived versions too, and compares size and digests. */
export async function verifyOffer({ offer, readPackage, signal, onProgress }: VerifyInput): Promise<VerifyReport> {
  const files = filesOf(offer.channel);
  const wanted = [...offer.index.values()].flatMap((entry) => packagesOf(entry).map((stored) => ({ entry, stored })));
  const problems: Problem[] = [...offer.problems];
  for (const [done, { entry, stored }] of wanted.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ step: 'verify', done, total: wanted.length });
    const expected: IndexEntry = {
      ...entry,
      version: stored.version,
      filename: stored.filename,
      size: stored.dsize,
      sha1: stored.sha1sum,
      sha256: stored.sha256 ?? null,
    };
    try {
      const bytes = await readPackage(files.package(stored.filename));
      if (!bytes) throw packageDamaged(expected, 'it is not there');
      checkPackage(expected, bytes);
    } catch (error) {
      if (!(error instanceof LockstepError) || error.code !== 'package-damaged') throw error;
      problems.push(problemOf(error));
    }
  }
  return { checked: wanted.length, problems };
}
