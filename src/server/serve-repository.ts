import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { LockstepError } from '../failure/index.ts';
import { channelSigner, folderStorage, storedRepository } from '../repository/index.ts';
import { translateRequestError } from './answer-error.ts';
import { type ChannelRight, channelRoutes } from './channel-routes.ts';
import { performHere } from './desk/channel-desk.ts';
import { openUploads } from './desk/uploads.ts';
import { listen } from './listen.ts';
import { keepSigned } from './renewed-signatures.ts';

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
}

interface TokenHolder {
  readonly who: string;
  readonly digest: Buffer;
  readonly acts: readonly string[];
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
  const storage = folderStorage(options.folder);
  const holders = options.tokenFile === undefined ? [] : await readTokens(options.tokenFile);
  const repository = storedRepository(storage, { signer: channelSigner({ keys: options.keys ?? null }) });
  const uploads = openUploads(join(options.folder, '.uploads'), null);
  await app.register(
    channelRoutes({
      storage,
      repository,
      folder: options.folder,
      uploads,
      perform: (act) => performHere(repository, uploads, act),
      authorise: async (request, right) => authorise(holders, request, right),
      ...(options.uploadLimit === undefined ? {} : { uploadLimit: options.uploadLimit }),
    }),
  );
  const url = await listen(app, { host: options.host ?? '127.0.0.1', port: options.port ?? 8668 });
  const signed = keepSigned({ storage, keys: options.keys ?? null, log: app.log });
  return {
    url,
    app,
    async close() {
      await Promise.all([app.close(), signed.stop()]);
    },
  };
}

function authorise(holders: readonly TokenHolder[], request: FastifyRequest, act: ChannelRight): string {
  const token = request.headers['x-auth-token'] ?? request.headers.authorization?.replace(/^Bearer /i, '');
  if (typeof token !== 'string') {
    throw new LockstepError('not-signed-in', 'A token is needed to change a channel, or to see who changed it.', {
      hint: 'Give it in LOCKSTEP_TOKEN or as "token" in lockstep.config.json.',
    });
  }
  const digest = digestOf(token);
  const holder = holders.find((candidate) => timingSafeEqual(candidate.digest, digest));
  if (!holder) {
    throw new LockstepError('not-signed-in', 'This token is not known here.', {
      hint: 'Check LOCKSTEP_TOKEN, or ask the owner of the repository for a token.',
    });
  }
  if (act !== 'read' && !holder.acts.includes(act)) {
    throw new LockstepError('not-allowed', `${holder.who} may not ${act} here.`, {
      hint: 'Ask the owner of the repository for the right to do this.',
    });
  }
  return holder.who;
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
    return [{ who, digest: digestOf(token), acts: acts.length > 0 ? acts : ['publish', 'promote'] }];
  });
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
