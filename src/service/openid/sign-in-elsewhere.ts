import { LockstepError } from '../../failure/index.ts';
import type { Clock, Random } from '../../ports/index.ts';
import type { Vault } from '../../store/index.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { RecordAct } from '../activity/announce-activity.ts';
import type { OpenIdSettings } from '../settings/openid-settings.ts';
import type { Begun, OpenIdProvider } from './provider.ts';
import { signInPath } from './sign-in-path.ts';

/** Time for passwords, second factors and telephones that ring. */
const longest = 600_000;

interface Parts {
  readonly settings: OpenIdSettings;
  /** How others reach this server. */
  readonly url: string;
  readonly provider: OpenIdProvider;
  readonly accounts: Accounts;
  readonly vault: Vault;
  readonly record: RecordAct;
  readonly clock: Clock;
  readonly random: Random;
}

interface Pending extends Begun {
  readonly for: 'sign-in';
  readonly until: string;
  /** Where in the page the person was. */
  readonly back: string;
}

/**
 * Signing in at the provider. What belongs to a sign-in under way is sealed and kept by its browser, so that whichever
 * server it comes back to knows it, nobody else's browser can end it, and strangers fill no table.
 */
export class SignInElsewhere {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.settings.name;
  }

  /** The address to go to, and what the browser keeps meanwhile. */
  async begin(back: string | undefined): Promise<{ readonly to: URL; readonly kept: string }> {
    const { provider, vault, clock, random } = this.#parts;
    const word = () => random.bytes(32).toString('base64url');
    const pending: Pending = {
      for: 'sign-in',
      state: word(),
      nonce: word(),
      verifier: word(),
      until: new Date(clock.now().getTime() + longest).toISOString(),
      back: ownPath(back),
    };
    return {
      to: await provider.address(pending, this.#address(`${signInPath}/callback`)),
      kept: vault.seal(JSON.stringify(pending)),
    };
  }

  /** Ends a sign-in: the session's secret, how long it holds, and where in the page to go. */
  async end(kept: string | null, query: string, from: string) {
    const { accounts, settings } = this.#parts;
    // what no browser of ours keeps costs nothing and counts for nothing: any site can send a browser here
    const pending = this.#open(kept);
    return accounts.slowDown(from, async () => {
      const { provider, record } = this.#parts;
      const person = await provider.person(pending, new URL(`${this.#address(`${signInPath}/callback`)}${query}`));
      const elsewhere = { issuer: person.issuer, subject: person.subject };
      try {
        const { user, made } = await accounts.admit(person, settings.tokenDays);
        const actor = { name: user.name, role: user.role, via: 'page', scopes: null, grants: [] } as const;
        if (made) await record(actor, 'user.created', 'user', user.name, { role: user.role, ...elsewhere });
        return {
          secret: await accounts.startSession(user.name, settings.sessionHours),
          hours: settings.sessionHours,
          back: pending.back,
        };
      } catch (thrown) {
        if (thrown instanceof LockstepError)
          await record({ name: '(sign-in)' }, 'sign-in.refused', 'user', person.name, {
            why: thrown.code,
            ...elsewhere,
          });
        throw thrown;
      }
    });
  }

  /** Where a person goes after signing out here. */
  async signOut(): Promise<string> {
    const { provider } = this.#parts;
    const home = this.#address('/');
    return (await provider.signOut(home))?.href ?? home;
  }

  close(): Promise<void> {
    return this.#parts.provider.close();
  }

  /** Throws `sign-in-unreachable`. */
  reach(): Promise<void> {
    return this.#parts.provider.reach();
  }

  #address(path: string): string {
    return this.#parts.url.replace(/\/+$/, '') + path;
  }

  #open(kept: string | null): Pending {
    const { vault, clock } = this.#parts;
    if (kept === null) throw expired();
    let pending: Pending;
    try {
      pending = JSON.parse(vault.open(kept));
    } catch {
      throw expired();
    }
    if (pending.for !== 'sign-in' || Date.parse(pending.until) <= clock.now().getTime()) throw expired();
    return pending;
  }
}

function expired(): LockstepError {
  return new LockstepError('sign-in-expired', 'This sign-in took too long, or another browser began it.', {
    hint: 'Begin again.',
  });
}

/** A path within this server; anything else leads to its first page. */
function ownPath(back: string | undefined): string {
  if (back === undefined || back.length > 500 || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(back)) return '/';
  return back;
}
