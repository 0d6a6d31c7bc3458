import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Permission } from '../../api/permission.ts';
import { repositoryRoutes } from '../../api/repository.ts';
import { LockstepError } from '../../failure/index.ts';
import { type Actor, openStandalone } from '../../service/index.ts';
import { translateRequestError } from '../http/answer-error.ts';
import { listen } from '../http/listen.ts';
import { mountRoutes } from '../http/mount-routes.ts';
import { channelRoutes } from './channel-routes.ts';

export interface ServeRepositoryOptions {
  /** The repository's folder. */
  readonly folder: string;
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
  /** One line per user: `name token [publish] [promote]`; without rights named, both; each may read. Without a file nobody may. */
  readonly tokenFile?: string | undefined;
  /** Folder of signing keys. */
  readonly keys?: string | null | undefined;
  readonly uploadLimit?: number;
  /** Everybody may read who published and why. */
  readonly publicHistory?: boolean;
}

interface TokenHolder {
  readonly who: string;
  readonly digest: Buffer;
  readonly scopes: readonly Permission[];
}

/** Serves the channels of a folder and nothing else. Resolves when it listens. */
export async function serveRepository(
  options: ServeRepositoryOptions,
): Promise<{ url: string; app: FastifyInstance; close(): Promise<void> }> {
  const app = Fastify({ forceCloseConnections: true, requestTimeout: 600_000, routerOptions: { maxParamLength: 500 } });
  app.setErrorHandler((thrown, _request, reply) => {
    const error = translateRequestError(thrown);
    return reply.status(error.status === 499 ? 503 : error.status).send({ error: error.toJSON() });
  });
  app.decorateRequest('actor', null);
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  const holders = options.tokenFile === undefined ? [] : await readTokens(options.tokenFile);
  const { folder, keys = null, uploadLimit = 512 * 1024 * 1024, publicHistory = false } = options;
  const { storage, acts, keep } = await openStandalone({ folder, keys, uploadLimit, publicHistory });
  await app.register(channelRoutes({ storage, folder, publicHistory }));
  mountRoutes(app, repositoryRoutes, acts, {
    uploadLimit,
    authenticate: async (request) => holderOf(holders, request),
  });
  const url = await listen(app, { host: options.host ?? '127.0.0.1', port: options.port ?? 8668 });
  const kept = keep(app.log);
  return {
    url,
    app,
    async close() {
      await Promise.all([app.close(), ...kept.map((one) => one.stop())]);
    },
  };
}

function holderOf(holders: readonly TokenHolder[], request: FastifyRequest): Actor | null {
  const token = request.headers['x-auth-token'] ?? request.headers.authorization?.replace(/^Bearer /i, '');
  if (typeof token !== 'string') return null;
  const digest = digestOf(token);
  const holder = holders.find((candidate) => timingSafeEqual(candidate.digest, digest));
  if (holder) return { name: holder.who, role: 'plugin-manager', via: 'token', scopes: holder.scopes, grants: [] };
  throw new LockstepError('not-signed-in', 'This token is not known here.', {
    hint: 'Check LOCKSTEP_TOKEN, or ask the owner of the repository for a token.',
  });
}

async function readTokens(file: string): Promise<TokenHolder[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.flatMap((line, at) => {
    const [who, token, ...acts] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (!who) return [];
    if (!token || token.length < 16 || acts.some((act) => act !== 'publish' && act !== 'promote')) {
      throw new LockstepError('usage', `${file}:${at + 1} is not "name token [publish] [promote]".`, {
        hint: 'Tokens have at least 16 characters, for instance from: openssl rand -hex 24',
      });
    }
    const scopes = (acts.length > 0 ? acts : ['publish', 'promote']).map((act) => `channel-${act}` as Permission);
    return [{ who, digest: digestOf(token), scopes: ['read', ...scopes] }];
  });
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
