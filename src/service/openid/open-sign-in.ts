import type { Host } from '../../host/index.ts';
import { system } from '../../ports/index.ts';
import type { Store } from '../../store/index.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { RecordAct } from '../activity/announce-activity.ts';
import type { ServerConfig } from '../settings/config.ts';
import { OpenIdProvider } from './provider.ts';
import { SignInElsewhere } from './sign-in-elsewhere.ts';

interface Ground {
  readonly config: ServerConfig;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly host: Host;
  readonly record: RecordAct;
}

/** As the configuration says; null where people sign in here only. */
export function openSignInElsewhere({ config, store, accounts, host, record }: Ground): SignInElsewhere | null {
  const { openid: settings, listen } = config;
  if (settings === null || listen.url === null || !store.vault) return null;
  const { clock, random } = system;
  const provider = new OpenIdProvider(settings, clock, () => host.settings.get());
  return new SignInElsewhere({
    ...{ settings, url: listen.url, provider, accounts, vault: store.vault, record, clock, random },
  });
}
