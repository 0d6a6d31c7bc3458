import type { Configuration } from 'openid-client';
import { LockstepError } from '../../failure/index.ts';
import { openChannelFetch } from '../../host/index.ts';
import type { Clock } from '../../ports/index.ts';
import { hideSecrets } from '../hide-secrets.ts';
import type { OpenIdSettings } from '../settings/openid-settings.ts';
import { type Person, readPerson, tellsEnough } from './person.ts';

/** What a sign-in is recognised by when its browser comes back. */
export interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** What it says of itself is read again after so long; its keys whenever an unknown one signs. */
const knownFor = 3_600_000;
const limits = { answerMs: 10_000, silenceMs: 10_000, totalMs: 20_000, maxBytes: 1024 * 1024 };

type Proxies = Parameters<typeof openChannelFetch>[0];

/** The OpenID Connect provider where people sign in, asked by the proxies that everything else is asked by. */
export class OpenIdProvider {
  readonly #settings: OpenIdSettings;
  readonly #clock: Clock;
  readonly #fetching: ReturnType<typeof openChannelFetch>;
  #known: { readonly until: number; readonly configuration: Promise<Configuration> } | null = null;

  constructor(settings: OpenIdSettings, clock: Clock, proxies: Proxies) {
    this.#settings = settings;
    this.#clock = clock;
    this.#fetching = openChannelFetch(proxies, limits);
  }

  /** Where a browser goes to sign in. */
  async address({ state, nonce, verifier }: Begun, back: string): Promise<URL> {
    return this.#ask(async (openid, configuration) =>
      openid.buildAuthorizationUrl(configuration, {
        redirect_uri: back,
        scope: this.#settings.scopes.join(' '),
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      }),
    );
  }

  /** Whom a browser came back as; `answer` is the address that it came back to. */
  person({ state, nonce, verifier }: Begun, answer: URL): Promise<Person> {
    return this.#ask(async (openid, configuration) => {
      const tokens = await openid.authorizationCodeGrant(configuration, answer, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
      });
      const claims = tokens.claims();
      if (!claims) throw refused('no token says who that is');
      if (tellsEnough(claims, this.#settings) || !configuration.serverMetadata().userinfo_endpoint)
        return readPerson(claims, this.#settings);
      const more = await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub);
      return readPerson({ ...more, ...claims }, this.#settings);
    });
  }

  /** Where a browser goes to sign out there too; null where the provider has no such place. */
  signOut(back: string): Promise<URL | null> {
    return this.#ask(async (openid, configuration) =>
      configuration.serverMetadata().end_session_endpoint
        ? openid.buildEndSessionUrl(configuration, {
            client_id: this.#settings.clientId,
            post_logout_redirect_uri: back,
          })
        : null,
    );
  }

  /** Throws `sign-in-unreachable` where it does not answer as a provider of this name does. */
  async reach(): Promise<void> {
    this.#known = null;
    await this.#ask(async () => {});
  }

  close(): Promise<void> {
    return this.#fetching.close();
  }

  async #ask<T>(question: (openid: typeof import('openid-client'), configuration: Configuration) => Promise<T>) {
    const openid = await import('openid-client');
    const configuration = await this.#configuration(openid);
    try {
      return await question(openid, configuration);
    } catch (thrown) {
      throw inWords(thrown);
    }
  }

  async #configuration(openid: typeof import('openid-client')): Promise<Configuration> {
    const now = this.#clock.monotonic();
    if (this.#known && now < this.#known.until) return this.#known.configuration;
    const configuration = this.#discover(openid);
    this.#known = { until: now + knownFor, configuration };
    try {
      return await configuration;
    } catch (thrown) {
      // asked again by the next one
      this.#known = null;
      throw thrown;
    }
  }

  async #discover(openid: typeof import('openid-client')): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const secret = clientSecret();
    try {
      return await openid.discovery(
        new URL(issuer),
        clientId,
        undefined,
        secret === null ? openid.None() : openid.ClientSecretBasic(secret),
        {
          [openid.customFetch]: (url, init) => this.#send(url, init as RequestInit),
          execute: [
            openid.enableNonRepudiationChecks,
            // the configuration takes plain http for this machine only
            ...(issuer.startsWith('http:') ? [openid.allowInsecureRequests] : []),
          ],
        },
      );
    } catch (thrown) {
      throw thrown instanceof LockstepError
        ? thrown
        : (unreachableIn(thrown) ??
            unreachable(this.#settings.issuer, `it does not answer as a provider of this name: ${reasonOf(thrown)}`));
    }
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetching.fetch(url, init);
    } catch (thrown) {
      throw unreachable(new URL(url).origin, (thrown as Error).message);
    }
  }
}

function unreachable(what: string, why: string): LockstepError {
  return new LockstepError('sign-in-unreachable', `${what}, where people sign in, cannot be asked: ${why}.`, {
    hint: 'Check `openid.issuer` and the proxies; sign in with a local user meanwhile.',
  });
}

function refused(why: string): LockstepError {
  return new LockstepError('sign-in-refused', `This sign-in is refused: ${why}.`, { hint: 'Begin again.' });
}

/** The library wraps what was thrown while it asked. */
function unreachableIn(thrown: unknown): LockstepError | null {
  for (let one = thrown as Error | undefined; one instanceof Error; one = one.cause as Error | undefined) {
    if (one instanceof LockstepError) return one;
  }
  return null;
}

function inWords(thrown: unknown): LockstepError {
  return unreachableIn(thrown) ?? refused(reasonOf(thrown));
}

/** Short, and without what an answer held: tokens could be among it. */
function reasonOf(thrown: unknown): string {
  const {
    message,
    error,
    error_description: more,
  } = thrown as {
    message?: string;
    error?: string;
    error_description?: string;
  };
  const said =
    error === undefined ? String(message ?? thrown) : `the provider says "${error}"${more ? ` (${more})` : ''}`;
  return hideSecrets(said.slice(0, 300));
}
