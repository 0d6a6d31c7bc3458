/**
 * A repository over HTTP. `GET /plugins/1/<channel>/…` are plain files for servers old and new: packages never change
 * and may be cached for ever, the index and the newest signatures are asked for each time.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LockstepError } from '../../failure/index.ts';
import { channelsFolder, isChannelName, type RepositoryStorage } from '../../repository/index.ts';
import { FileMemory } from './file-memory.ts';
import { answerRemembered, type OnRemembered } from './remembered-answers.ts';

export interface ChannelRoutesOptions {
  readonly storage: RepositoryStorage;
  /** The storage's folder, where it is one: then packages are sent from disk, with Range. */
  readonly folder: string | null;
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
  { storage, folder, publicHistory = false, onRemembered }: ChannelRoutesOptions,
): Promise<void> {
  const memory = new FileMemory();
  if (folder !== null) {
    const root = join(folder, channelsFolder);
    await mkdir(root, { recursive: true });
    await app.register(fastifyStatic, { root, serve: false, cacheControl: false, index: false, dotfiles: 'deny' });
    if (onRemembered !== null) {
      answerRemembered(app, { memory, root, under: `/${channelsFolder}`, headOf: fileHead, onRemembered });
    }
  }
  app.route<{ Params: InChannel & { '*': string } }>({
    method: ['GET', 'HEAD'],
    exposeHeadRoute: false,
    url: `/${channelsFolder}:channel/*`,
    schema: { hide: true } as object,
    handler: async (request, reply) => {
      const { channel, '*': rest } = request.params;
      const path = rest === '' ? 'plugins.db' : rest;
      if (!isChannelName(channel) || !isServable(path)) throw nothingAt(request);
      if (!publicHistory && tellsNames(path)) {
        const content = await storage.read(`${channelsFolder}${channel}/${path}`);
        if (!content) throw nothingAt(request, reply);
        const bytes = withoutNamesIn(content.bytes);
        if (!bytes) throw nothingAt(request, reply);
        const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
        return sendBytes(request, reply.headers(fileHead(path)), { bytes, etag });
      }
      if (folder !== null) {
        const found = await memory.read(join(folder, channelsFolder, channel, path));
        if (found === null) throw nothingAt(request, reply);
        if (found === 'large' && isLasting(path)) {
          return reply
            .headers({ 'cache-control': forEver, 'x-content-type-options': 'nosniff' })
            .sendFile(`${channel}/${path}`);
        }
        if (found !== 'large') return sendBytes(request, reply.headers(fileHead(path)), found);
      }
      // a file that may be replaced is read as a whole, so that its length and its bytes are of one moment
      const content = await storage.read(`${channelsFolder}${channel}/${path}`);
      if (!content) throw nothingAt(request, reply);
      const etag = `"${createHash('sha256').update(content.bytes).digest('hex')}"`;
      return sendBytes(request, reply.headers(fileHead(path)), { bytes: content.bytes, etag });
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

/** Files beside the packages: signatures, kept indexes. Nothing hidden, no lock, no way out. */
function isServable(path: string): boolean {
  return path.split('/').every((part) => /^[^.\\\0][^\\\0]*$/.test(part));
}

/** Records of generations, which older versions wrote with names, and what was withdrawn: never from memory, which answers past this. */
function tellsNames(path: string): boolean {
  return path === 'yanked.json' || (path.startsWith('history/') && path.endsWith('.json'));
}

/** The same JSON without who did it; of a record also without why. A withdrawal keeps its reason: it is told to users. */
function withoutNamesIn(content: Uint8Array): Uint8Array | null {
  try {
    const masked: unknown = JSON.parse(new TextDecoder().decode(content), (key, value: unknown) => {
      // a plugin may be called so too, and is an object
      if (typeof value !== 'string') return value;
      return key === 'who' ? '' : key === 'why' ? null : value;
    });
    return new TextEncoder().encode(`${JSON.stringify(masked, null, 1)}\n`);
  } catch {
    // what is no JSON may hold anything
    return null;
  }
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
