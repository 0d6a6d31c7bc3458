import { channelSigner, type Renewal, type RepositoryStorage, renewChannels } from '../../repository/index.ts';

interface SignatureLog {
  info(detail: object, text: string): void;
  warn(detail: object, text: string): void;
}

interface KeepSignedOptions {
  readonly storage: RepositoryStorage;
  /** Folder of keys; null: somebody else signs. */
  readonly keys: string | null;
  readonly log: SignatureLog;
  readonly now?: () => Date;
}

export interface KeptSigned {
  /** Settles when the look under way, the first one at least, has ended. */
  looked(): Promise<void>;
  stop(): Promise<void>;
}

const hour = 3_600_000;

/** While the server runs, no signature of its channels ends for want of a publication: it looks at once, then every hour. */
export function keepSigned({ storage, keys, log, now = () => new Date() }: KeepSignedOptions): KeptSigned {
  if (keys === null) return { looked: async () => {}, stop: async () => {} };
  const stopping = new AbortController();
  const look = async (): Promise<void> => {
    try {
      const renewing = { keys, signer: channelSigner({ keys, now }), who: 'server', signal: stopping.signal, now };
      for (const renewal of await renewChannels(storage, renewing)) tell(log, renewal);
    } catch (error) {
      // the storage may be away for a while: half of a term is left
      if (!stopping.signal.aborted) log.warn({ err: error }, 'signatures could not be looked at');
    }
  };
  let under = look();
  const timer = setInterval(() => {
    under = under.then(look);
  }, hour).unref();
  return {
    looked: () => under,
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await under;
    },
  };
}

function tell(log: SignatureLog, { channel, renewed, trouble }: Renewal): void {
  if (renewed) log.info({ channel, renewed }, 'signature renewed');
  if (trouble) log.warn({ channel, err: trouble }, 'a signature that comes to its end could not be renewed');
}
