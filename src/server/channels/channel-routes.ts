/**
 * A repository over HTTP. `GET /plugins/1/<channel>/…` are plain files for servers old and new: packages never change
 * and may be cached for ever, the index and the newest signatures are asked for each time.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LockstepError } from '../../failure/index.ts';
import { publicFiles, type Served } from '../../service/index.ts';
import { FileMemory } from './file-memory.ts';
import { answerRemembered, type OnRemembered } from './remembered-answers.ts';

/** Where the storage is a folder, packages are sent from disk, with Range. */
export interface ChannelRoutesOptions extends Pick<Served, 'storage' | 'folder'> {
  /** Everybody may read who published and why. */
  readonly publicHistory?: boolean;
  /** Told of each answer that was sent without the framework; null: there are none. */
  readonly onRemembered?: OnRemembered | null;
}

interface InChannel {
  readonly channel: string;
}

/** A Fastify plugin with the files of one repository. */
export function channelRoutes(options: ChannelRoutesOptions) {
  return async (app: FastifyInstance): Promise<void> => {
    await serveFiles(app, options);
  };
}

async function serveFiles(
  app: FastifyInstance,
  { publicHistory = false, onRemembered, ...served }: ChannelRoutesOptions,
): Promise<void> {
  const files = publicFiles(served, publicHistory);
  const memory = new FileMemory();
  if (files.root !== null) {
    const { root, under } = files;
    await mkdir(root, { recursive: true });
    await app.register(fastifyStatic, { root, serve: false, cacheControl: false, index: false, dotfiles: 'deny' });
    if (onRemembered !== null) answerRemembered(app, { memory, root, under, headOf: fileHead, onRemembered });
  }
  app.route<{ Params: InChannel & { '*': string } }>({
    method: ['GET', 'HEAD'],
    exposeHeadRoute: false,
    url: `${files.under}:channel/*`,
    schema: { hide: true } as object,
    handler: async (request, reply) => {
      const { channel, '*': rest } = request.params;
      const path = rest === '' ? 'plugins.db' : rest;
      if (!files.names(channel, path)) throw nothingAt(request);
      // what is not shown as it is on disk never comes from memory, which answers past this
      const file = files.onDisk(channel, path);
      if (file !== null) {
        const found = await memory.read(file);
        if (found === null) throw nothingAt(request, reply);
        if (found === 'large' && isLasting(path)) {
          return reply
            .headers({ 'cache-control': forEver, 'x-content-type-options': 'nosniff' })
            .sendFile(`${channel}/${path}`);
        }
        if (found !== 'large') return sendBytes(request, reply.headers(fileHead(path)), found);
      }
      const bytes = await files.read(channel, path);
      if (!bytes) throw nothingAt(request, reply);
      const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
      return sendBytes(request, reply.headers(fileHead(path)), { bytes, etag });
    },
  });
}

const forEver = 'public, max-age=31536000, immutable';

/** What is said of a file whatever its content. */
function fileHead(path: string): Readonly<Record<string, string>> {
  return {
    'cache-control': isLasting(path) ? forEver : 'no-cache',
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
    'content-type': /\.(db|json)$/.test(path) ? 'application/json' : 'application/octet-stream',
  };
}

function isLasting(path: string): boolean {
  return path.includes('/')
    ? /^(history\/[0-9a-f]{64}\.|metadata\/\d+\.)/.test(path)
    : path !== 'plugins.db' && path !== 'yanked.json';
}

function nothingAt(request: FastifyRequest, reply?: FastifyReply): LockstepError {
  reply?.header('cache-control', 'no-cache').header('x-content-type-options', 'nosniff');
  return new LockstepError('file-not-found', `There is no ${request.url.split('?', 1)[0]}.`, {
    hint: 'A channel begins with the first package that is published to it.',
  });
}

function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, etag }: { readonly bytes: Uint8Array; readonly etag: string },
): FastifyReply {
  reply.header('etag', etag);
  if (request.headers['if-none-match']?.split(/,\s*/).some((known) => known === etag || known === '*')) {
    return reply.status(304).send();
  }
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  const condition = request.headers['if-range'];
  if (!range || (condition !== undefined && condition !== etag) || (range[1] === '' && range[2] === '')) {
    return reply.header('content-length', bytes.byteLength).send(request.method === 'HEAD' ? undefined : bytes);
  }
  const size = bytes.byteLength;
  const from = range[1] === '' ? Math.max(size - Number(range[2]), 0) : Number(range[1]);
  const to = range[1] === '' || range[2] === '' ? size - 1 : Math.min(Number(range[2]), size - 1);
  if (from > to) return reply.status(416).header('content-range', `bytes */${size}`).send();
  const part = bytes.subarray(from, to + 1);
  reply.status(206).header('content-range', `bytes ${from}-${to}/${size}`).header('content-length', part.byteLength);
  return reply.send(request.method === 'HEAD' ? undefined : part);
}
