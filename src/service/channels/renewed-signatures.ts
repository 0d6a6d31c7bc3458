import { system } from '../../ports/index.ts';
import {
  channelSigner,
  type Renewal,
  type RepositoryStorage,
  renewChannels,
  type SignatureTerm,
  signatureProblems,
  signatureTerms,
} from '../../repository/index.ts';
import { type Hourly, hourly } from './hourly.ts';

interface SignatureLog {
  info(detail: object, text: string): void;
  warn(detail: object, text: string): void;
}

interface KeepSignedOptions {
  readonly storage: RepositoryStorage;
  /** Folder of keys; null: somebody else signs. */
  readonly keys: string | null;
  readonly log: SignatureLog;
  /** Told at each look how long each role still holds. */
  readonly onTerms?: (terms: readonly SignatureTerm[]) => void;
  readonly now?: () => Date;
}

/**
 * While the server runs, no signature of its channels ends for want of a publication: it looks at once, then every hour.
 * What it cannot sign, the root above all, is told in the log once a day from 60 days before its end.
 */
export function keepSigned({ storage, keys, log, onTerms, now = system.clock.now }: KeepSignedOptions): Hourly {
  const told = new Set<string>();
  const renew = async (keys: string, signal: AbortSignal): Promise<void> => {
    const renewing = { keys, signer: channelSigner({ keys, now }), who: 'server', signal, now };
    for (const renewal of await renewChannels(storage, renewing)) tell(log, renewal);
  };
  const look = async (signal: AbortSignal): Promise<void> => {
    if (keys !== null) await renew(keys, signal);
    const terms = await signatureTerms(storage, { now });
    onTerms?.(terms);
    for (const { code, message, hint } of signatureProblems(terms)) {
      if (told.has(message)) continue;
      told.add(message);
      log.warn({ code }, `${message} ${hint}`);
    }
  };
  // the storage may be away for a while: half of a term is left
  return hourly(look, (error) => log.warn({ err: error }, 'signatures could not be looked at'));
}

function tell(log: SignatureLog, { channel, renewed, trouble }: Renewal): void {
  if (renewed) log.info({ channel, renewed }, 'signature renewed');
  if (trouble) log.warn({ channel, err: trouble }, 'a signature that comes to its end could not be renewed');
}
