import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface TestPerson {
  readonly name?: string | undefined;
  readonly groups?: unknown;
}

export interface TestProvider {
  readonly issuer: string;
  /** Where it really listens. */
  readonly address: string;
  readonly clientSecret: string;
  readonly people: Map<string, TestPerson>;
  /** Whoever comes is this one. */
  who: string;
  /** Seconds for which an id token holds. */
  idTokenSeconds: number;
  /** What it was asked, by path. */
  readonly asked: string[];
  stop(): Promise<void>;
}

/**
 * A real OpenID Connect provider on a free port, where nobody has to type. `url`: of the server that is its client; `name`:
 * how others see it, where that is not its address.
 */
export async function startProvider(url: string, name?: string): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = name ?? address;
  const clientSecret = 'SECRET-of-the-client-95';
  const test: TestProvider = {
    issuer,
    address,
    clientSecret,
    people: new Map(),
    who: '',
    idTokenSeconds: 600,
    asked: [],
    stop: () => new Promise((done) => server.close(() => done()).closeAllConnections()),
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'lockstep',
        client_secret: clientSecret,
        redirect_uris: [`${url}/api/session/openid/callback`],
        post_logout_redirect_uris: [`${url}/`],
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'groups'],
    cookies: { keys: ['a key of a test'] },
    pkce: { required: () => true },
    ttl: { IdToken: () => test.idTokenSeconds, AccessToken: 600, Session: 600, Interaction: 600, Grant: 600 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: () => '/come-in' },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({
        sub: id,
        preferred_username: test.people.get(id)?.name,
        groups: test.people.get(id)?.groups,
      }),
    }),
    loadExistingGrant: async ({ oidc }: { oidc: { client: { clientId: string }; session: { accountId: string } } }) => {
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid profile groups');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    test.asked.push(path);
    request.headers.host = new URL(issuer).host;
    if (path === '/come-in') void provider.interactionFinished(request, response, { login: { accountId: test.who } });
    else answer(request, response);
  });
  return test;
}
