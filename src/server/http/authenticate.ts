import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { LockstepError } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';
import type { Accounts, Actor } from '../../service/index.ts';
import { readCookie, sessionCookie } from './cookies.ts';

/** Finds out who sends a request. A wrong token or password is an error, never "nobody". */
export type Authenticate = (request: FastifyRequest) => Promise<Actor | null>;

/**
 * In this order: `X-Auth-Token`, `Authorization: Bearer`, `Authorization: Basic` (its password may be a token; `basic`: or
 * the user's own, for old clients), the page's cookie. The cookie counts for a changing request only with the header `X-Lockstep-Page`, which no
 * other site's page can send.
 */
export function authenticateWith(accounts: Accounts, { basic }: { readonly basic: boolean }): Authenticate {
  const passwords = rememberPasswords(accounts);
  return async (request) => {
    const given = readCredentials(request);
    switch (given.kind) {
      case 'none':
        return null;
      case 'token':
        return (await accounts.actorOfToken(given.secret)) ?? refuse('This token is unknown, expired or revoked.');
      case 'basic': {
        const holder = await accounts.actorOfToken(given.password);
        if (holder) return holder;
        if (!basic) throw noPasswordHere();
        return (await passwords(given.name, given.password, request.ip)) ?? refuse('Name or password is wrong.');
      }
      case 'cookie': {
        const safe = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
        if (!safe && request.headers['x-lockstep-page'] === undefined) return null;
        return accounts.actorOfSession(given.secret);
      }
    }
  };
}

type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token' | 'cookie'; readonly secret: string }
  | { readonly kind: 'basic'; readonly name: string; readonly password: string };

function readCredentials(request: FastifyRequest): Credentials {
  const token = request.headers['x-auth-token'];
  if (typeof token === 'string') return { kind: 'token', secret: token };
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return { kind: 'token', secret: value };
  if (scheme.toLowerCase() === 'basic') return readBasic(value);
  const cookie = readCookie(request, sessionCookie);
  return cookie ? { kind: 'cookie', secret: cookie } : { kind: 'none' };
}

function readBasic(value: string): Credentials {
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return { kind: 'token', secret: text };
  const name = text.slice(0, colon);
  const password = text.slice(colon + 1);
  // UrbanCode clients send a token as `PasswordIsAuthToken:{"token":"…"}`
  const wrapped = /^\{\s*"token"\s*:\s*"([^"]+)"\s*\}$/.exec(password);
  return wrapped ? { kind: 'token', secret: wrapped[1]! } : { kind: 'basic', name, password };
}

/** Whatever it is: nothing is looked up, and nothing is told of it. */
function noPasswordHere(): LockstepError {
  return new LockstepError('not-signed-in', 'This address takes no password by Basic.', {
    hint: 'Send a token, as `Authorization: Bearer TOKEN` or as the password of Basic. `basicPasswords` in the configuration allows passwords.',
  });
}

function refuse(message: string): never {
  throw new LockstepError('not-signed-in', message, { hint: 'Sign in again, or use another token.' });
}

/**
 * Scripts send name and password with every request, and a password is costly to check on purpose: a right one is
 * remembered for a minute, under a key that only this process knows, and no longer than it is the user's.
 */
function rememberPasswords(accounts: Accounts) {
  const key = system.random.bytes(32);
  const known = new Map<string, { readonly actor: Actor; readonly stamp: string; readonly until: number }>();
  return async (name: string, password: string, from: string): Promise<Actor | null> => {
    const digest = createHmac('sha256', key).update(`${name}\0${password}`).digest('base64');
    const stamp = await accounts.passwordStamp(name);
    const remembered = known.get(digest);
    if (remembered && remembered.until > system.clock.monotonic() && remembered.stamp === stamp)
      return remembered.actor;
    known.delete(digest);
    const actor = await accounts.actorOfPassword(name, password, from);
    if (known.size > 1000) known.clear();
    if (actor && stamp !== null) known.set(digest, { actor, stamp, until: system.clock.monotonic() + 60_000 });
    return actor;
  };
}
