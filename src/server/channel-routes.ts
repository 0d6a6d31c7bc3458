/**
 * A repository over HTTP. `GET /plugins/1/<channel>/…` are plain files for servers old and new: packages never change
 * and may be cached for ever, the index and the newest signatures are asked for each time. `/api/repository/…` changes
 * channels; a package is first uploaded under its digest, as a stream to disk, and then published by that digest.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { LockstepError } from '../failure/index.ts';
import {
  type ChangeReport,
  channelsFolder,
  formatIndex,
  isChannelName,
  type Repository,
  type RepositoryStorage,
} from '../repository/index.ts';
import type { ChannelAct } from './desk/channel-act.ts';
import type { Uploads } from './desk/uploads.ts';
import { FileMemory } from './file-memory.ts';
import { answerRemembered, type OnRemembered } from './remembered-answers.ts';

/** `read`: what is no plain file of a channel, since it names the people who changed it. */
export type ChannelRight = 'read' | 'publish' | 'promote';

export interface ChannelRoutesOptions {
  readonly repository: Repository;
  readonly storage: RepositoryStorage;
  /** The storage's folder, where it is one: then packages are sent from disk, with Range. */
  readonly folder: string | null;
  readonly uploads: Uploads;
  /** Bytes. */
  readonly uploadLimit?: number;
  /** Who asks, if they may; throws `not-signed-in` or `not-allowed`. */
  readonly authorise: (request: FastifyRequest, right: ChannelRight) => Promise<string>;
  /** Told of each answer that was sent without the framework; null: there are none. */
  readonly onRemembered?: OnRemembered | null;
  readonly perform: (act: ChannelAct) => Promise<ChangeReport>;
}

const Text = Type.String({ maxLength: 2000 });
const Name = Type.String({ minLength: 1, maxLength: 255 });
const Names = Type.Array(Name, { maxItems: 100_000 });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Why = { why: Type.Optional(Text) };

const bodies = {
  publish: Type.Object({
    ...Why,
    packages: Type.Array(
      Type.Object({
        name: Name,
        upload: Digest,
        family: Type.Optional(Type.Union([Name, Type.Null()])),
        digest: Type.Optional(Type.Union([Name, Type.Null()])),
      }),
      { maxItems: 100_000 },
    ),
    replace: Type.Optional(Type.Boolean()),
    lower: Type.Optional(Type.Boolean()),
    extraKeys: Type.Optional(Type.Boolean()),
    archiveOlder: Type.Optional(Type.Boolean()),
    action: Type.Optional(Type.Union([Type.Literal('publish'), Type.Literal('upload-stable')])),
    withdraw: Type.Optional(Type.Array(Type.Object({ id: Name, version: Name }))),
  }),
  promote: Type.Object({
    ...Why,
    from: Name,
    what: Names,
    lower: Type.Optional(Type.Boolean()),
    expected: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
  yank: Type.Object({ why: Text, plugins: Names, replacement: Type.Optional(Text) }),
  archive: Type.Object({ ...Why, plugins: Names }),
  restore: Type.Object({ ...Why, generation: Type.Integer({ minimum: 1 }) }),
  gc: Type.Object({ keep: Type.Integer({ minimum: 1 }), dryRun: Type.Optional(Type.Boolean()) }),
};

interface InChannel {
  readonly channel: string;
}

/** A Fastify plugin with the files and the acts of one repository. */
export function channelRoutes(options: ChannelRoutesOptions) {
  return async (app: FastifyInstance): Promise<void> => {
    await serveFiles(app, options);
    await takeUploads(app, options);
    serveActs(app, options);
  };
}

async function serveFiles(
  app: FastifyInstance,
  { storage, folder, onRemembered }: ChannelRoutesOptions,
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

async function takeUploads(app: FastifyInstance, options: ChannelRoutesOptions): Promise<void> {
  const { uploads, authorise, uploadLimit = 512 * 1024 * 1024 } = options;
  await mkdir(uploads.folder, { recursive: true });
  await clearUploads(uploads.folder);

  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  app.put<{ Params: { digest: string } }>(
    '/api/repository/uploads/:digest',
    {
      schema: { params: Type.Object({ digest: Digest }), hide: true } as object,
      bodyLimit: uploadLimit,
      preParsing: async (request, _reply, payload) => {
        await authorise(request, 'publish');
        return payload;
      },
    },
    async (request, reply) => {
      const { digest } = request.params;
      await keepUpload(request.body as Readable, join(uploads.folder, digest), uploadLimit);
      await uploads.share(digest);
      return reply.status(201).send({ digest });
    },
  );
}

/** What a killed server left, and whole uploads that nobody published for a day. */
async function clearUploads(uploads: string): Promise<void> {
  const yesterday = Date.now() - 24 * 60 * 60 * 1000;
  for (const name of await readdir(uploads)) {
    const file = join(uploads, name);
    if (name.endsWith('.part') || (await stat(file)).mtimeMs < yesterday) await rm(file, { force: true });
  }
}

/** The stream goes to a file beside its place and takes it only when it is whole. */
async function keepUpload(body: Readable, target: string, limit: number): Promise<void> {
  const expected = target.slice(-64);
  const part = `${target}.${randomUUID()}.part`;
  const hash = createHash('sha256');
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.byteLength;
      hash.update(chunk);
      done(size > limit ? tooLarge(limit) : null, chunk);
    },
  });
  try {
    await pipeline(body, meter, createWriteStream(part, { mode: 0o600 }));
    const digest = hash.digest('hex');
    if (digest !== expected)
      throw cutOff(`its ${size} bytes have the digest ${digest.slice(0, 12)}…, not ${expected.slice(0, 12)}…`);
    const handle = await open(part, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR') {
      throw cutOff(`the connection broke off after ${size} bytes`, error);
    }
    throw error;
  }
}

function cutOff(why: string, cause?: unknown): LockstepError {
  return new LockstepError('upload-cut-off', `The upload is not whole: ${why}.`, {
    hint: 'Upload it again; nothing was kept.',
    cause,
  });
}

function tooLarge(limit: number): LockstepError {
  return new LockstepError('package-not-safe', `The upload is larger than the ${limit} bytes that this server takes.`, {
    hint: 'Raise the limit in the configuration (limits.upload).',
  });
}

function serveActs(app: FastifyInstance, options: ChannelRoutesOptions): void {
  const { repository, authorise, uploads, perform } = options;
  const params = Type.Object({ channel: Type.String({ maxLength: 64 }) });

  function look<Params>(url: string, read: (params: Params) => Promise<unknown>): void {
    app.get(`/api/repository/channels${url}`, { schema: { hide: true } as object }, async (request) => {
      await authorise(request, 'read');
      return read(request.params as Params);
    });
  }

  look('', () => repository.listChannels());
  look<InChannel>('/:channel/history', ({ channel }) => repository.history(channel));
  look<InChannel & { generation: string }>('/:channel/generations/:generation', async ({ channel, generation }) => ({
    text: formatIndex(await repository.readGeneration(channel, Number(generation))),
  }));

  function act<Verb extends keyof typeof bodies>(
    verb: Verb,
    needed: ChannelRight,
    answer: (channel: string, body: Static<(typeof bodies)[Verb]> & { who: string }) => Promise<unknown>,
  ): void {
    app.post<{ Params: InChannel }>(
      `/api/repository/channels/:channel/${verb}`,
      { schema: { params, body: bodies[verb], hide: true } as object, bodyLimit: 64 * 1024 * 1024 },
      async (request) => {
        const who = await authorise(request, needed);
        return answer(request.params.channel, { ...(request.body as Static<(typeof bodies)[Verb]>), who });
      },
    );
  }

  act('publish', 'publish', async (channel, { who, packages, ...request }) => {
    const uploaded = packages.map(({ family = null, digest = null, ...input }) => ({ ...input, family, digest }));
    for (const { upload, name } of uploaded) await uploads.fetch(upload, name);
    return perform({ verb: 'publish', channel, who, request: { ...request, packages: uploaded } });
  });
  act('promote', 'promote', (channel, { who, ...request }) => perform({ verb: 'promote', channel, who, request }));
  act('yank', 'promote', (channel, { who, ...request }) => perform({ verb: 'yank', channel, who, request }));
  act('archive', 'promote', (channel, { who, ...request }) => perform({ verb: 'archive', channel, who, request }));
  act('restore', 'promote', (channel, { who, ...request }) => perform({ verb: 'restore', channel, who, request }));
  act('gc', 'promote', (channel, body) => repository.collectGarbage(channel, body));
}
