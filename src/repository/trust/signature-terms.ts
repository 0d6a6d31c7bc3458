import { system } from '../../ports/index.ts';
import { readChannelNames } from '../read-offer.ts';
import type { RepositoryStorage } from '../storage.ts';
import { readSignatures } from './current-signatures.ts';
import { readRoot } from './root-metadata.ts';
import type { SignatureTerm } from './signature-problems.ts';
import type { TrustRole } from './trust-roles.ts';

const day = 24 * 60 * 60 * 1000;

/** The terms of every signature of a repository, root first; none where it is not signed. Throws where one is not its keys'. */
export async function signatureTerms(
  storage: RepositoryStorage,
  { now = system.clock.now }: { readonly now?: () => Date } = {},
): Promise<SignatureTerm[]> {
  const root = await readRoot(storage);
  if (!root) return [];
  const term = (channel: string | null, role: TrustRole, ends: string): SignatureTerm => {
    return { channel, role, ends, days: Math.floor((Date.parse(ends) - now().getTime()) / day) };
  };
  const terms = [term(null, 'root', root.signed.expires)];
  for (const channel of await readChannelNames(storage)) {
    const current = await readSignatures(storage, channel, root.signed);
    if (!current) continue;
    terms.push(
      term(channel, 'targets', current.targetsEnd),
      term(channel, 'snapshot', current.snapshot.signed.expires),
      term(channel, 'timestamp', current.timestamp.signed.expires),
    );
  }
  return terms;
}
