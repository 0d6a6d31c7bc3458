import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { system } from '../../../ports/index.ts';
import { type Actor, type OldToolPasswords, oldToolRealm } from '../../../service/index.ts';
import { withoutBase } from '../../http/base-path.ts';

/** A challenge is good for this long; then the tool gets a new one and asks again by itself. */
const goodFor = 300_000;

/** HTTP Digest (RFC 7616 with MD5, which is what the old tool knows) for users with a password for old tools. */
export class DigestSignIn {
  readonly #passwords: OldToolPasswords;
  readonly #key = system.random.bytes(32);
  /** Counts that were used with each challenge: none is taken twice. */
  readonly #used = new Map<string, Set<string>>();

  constructor(passwords: OldToolPasswords) {
    this.#passwords = passwords;
  }

  /** What a 401 offers, Digest first where anybody can use it: the oldest tools look at the first only. */
  async challenges(stale = false): Promise<string[]> {
    const basic = `Basic realm="${oldToolRealm}", charset="UTF-8"`;
    if (!(await this.#passwords.any())) return [basic];
    const nonce = this.#sign(String(system.clock.now().getTime()));
    const more = stale ? ', stale=true' : '';
    return [`Digest realm="${oldToolRealm}", nonce="${nonce}", qop="auth", algorithm=MD5${more}`, basic];
  }

  /** Who sends a request with `Authorization: Digest`; null for nobody we know. */
  async actorOf(request: FastifyRequest): Promise<Actor | null> {
    const given = readFields(request.headers.authorization ?? '');
    const { username = '', nonce = '', nc = '', cnonce = '', uri = '', response = '' } = given;
    if (given['qop'] !== 'auth' || given['realm'] !== oldToolRealm || !isAddress(uri, request)) return null;
    const found = await this.#passwords.find(username);
    if (!found || !this.isFresh(nonce)) return null;
    const right = md5(`${found.hash}:${nonce}:${nc}:${cnonce}:auth:${md5(`${request.method}:${uri}`)}`);
    if (response.length !== right.length || !timingSafeEqual(Buffer.from(response), Buffer.from(right))) return null;
    return this.#takeOnce(nonce, nc) ? found.actor : null;
  }

  isFresh(nonce: string): boolean {
    const [time = ''] = nonce.split('.', 1);
    return nonce === this.#sign(time) && system.clock.now().getTime() - Number(time) < goodFor;
  }

  #takeOnce(nonce: string, count: string): boolean {
    for (const known of this.#used.keys()) if (!this.isFresh(known)) this.#used.delete(known);
    const used = this.#used.get(nonce) ?? new Set();
    if (used.has(count)) return false;
    this.#used.set(nonce, used.add(count));
    return true;
  }

  #sign(time: string): string {
    return `${time}.${createHmac('sha256', this.#key).update(time).digest('hex').slice(0, 32)}`;
  }
}

/** What the tool asked for: the address as it sent it, below the base path whether or not a proxy took that away. */
function isAddress(uri: string, { url, server }: FastifyRequest): boolean {
  return withoutBase(server.basePath, uri) === url;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** The challenge that a Digest answers; null where none was sent. */
export function sentNonce(request: FastifyRequest): string | null {
  return isDigest(request) ? (readFields(request.headers.authorization ?? '')['nonce'] ?? null) : null;
}

export function isDigest(request: FastifyRequest): boolean {
  return /^digest /i.test(request.headers.authorization ?? '');
}

function readFields(header: string): Record<string, string | undefined> {
  const fields: Record<string, string> = Object.create(null);
  for (const [, name, quoted, plain] of header.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
    fields[name!.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
  }
  return fields;
}
