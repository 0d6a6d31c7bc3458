import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { Value } from 'typebox/value';
import type { Permission } from '../../api/permission.ts';
import { missingFile } from '../../api/request-fault.ts';
import { ErrorReply, type Route } from '../../api/route.ts';
import { LockstepError } from '../../failure/index.ts';
import {
  type ActInput,
  type Acts,
  admit,
  type PageSession,
  Steward,
  type Streamed,
  type UploadedFile,
  writtenAnswer,
} from '../../service/index.ts';
import type { Authenticate } from './authenticate.ts';
import { compileValidator } from './compile-validator.ts';
import { showsSecret } from './compress-answers.ts';
import { keepSession, readCookie, sessionCookie } from './cookies.ts';

export interface MountOptions {
  readonly authenticate: Authenticate;
  /** Bytes of one uploaded file. */
  readonly uploadLimit: number;
  /** The page is reached by https. */
  readonly secureCookie?: boolean;
  /** Checks every answer against its schema: for tests. */
  readonly checkReplies?: boolean;
}

/** An act that needs the connection itself, such as a stream of events, is handed it. */
export type HttpActs<Routes extends Record<string, Route>> = {
  readonly [Name in keyof Routes]: (
    input: ActInput<Routes[Name]>,
    http: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  ) => ReturnType<Acts<Routes>[Name]> | Promise<FastifyReply>;
};

/** Puts a resource's routes into the application: who may, what it takes, what it answers, all from the declaration. */
export function mountRoutes<Routes extends Record<string, Route>>(
  app: FastifyInstance,
  routes: Routes,
  acts: HttpActs<Routes>,
  options: MountOptions,
): void {
  for (const [name, route] of Object.entries(routes) as [keyof Routes & string, Route][]) {
    app.route({
      method: route.method,
      url: route.url,
      schema: schemaOf(name, route),
      ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
      ...(route.takes && { bodyLimit: options.uploadLimit }),
      config: {
        showsSecret: showsSecret(route),
        ...(route.perMinute && { rateLimit: { max: route.perMinute, timeWindow: 60_000 } }),
      },
      onRequest: async (request) => {
        const actor = await options.authenticate(request);
        request.actor = route.permission === 'public' ? actor : admit(actor, route.permission, route.byOwner);
      },
      preValidation: async (request) => {
        if (route.body && (request.body === undefined || request.body === null)) request.body = {};
      },
      validatorCompiler: compileValidator as never,
      // the schema documents the answer; the answer is written as it is
      serializerCompiler: () => JSON.stringify,
      handler: (request, reply) =>
        perform(route, acts[name] as HttpActs<Record<string, Route>>[string], request, reply, options),
    });
  }
}

async function perform(
  route: Route,
  act: HttpActs<Record<string, Route>>[string],
  request: FastifyRequest,
  reply: FastifyReply,
  options: MountOptions,
): Promise<unknown> {
  const { files, fields } = route.files ? await readForm(route, request, options) : { files: [], fields: {} };
  const gone = new AbortController();
  // an answer that is out closes it too, and making the reason of an abort costs as much as all the rest
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  const answer = await act(
    {
      params: request.params as never,
      query: request.query as never,
      body: request.body as never,
      files,
      fields,
      actor: (route.byOwner ? new Steward(request.actor!, route.permission as Permission) : request.actor) as never,
      from: request.ip,
      accept: request.headers.accept,
      gone: gone.signal,
      page: cookieSession(request, reply, options),
    },
    { request, reply },
  );
  if (route.streams)
    return answer === (reply as unknown) ? reply : sendStreamed(route.streams, answer as unknown as Streamed, reply);
  if (!route.reply) return reply.status(204).send();
  if (options.checkReplies && !Value.Check(route.reply, JSON.parse(JSON.stringify(answer)))) {
    const [fault] = Value.Errors(route.reply, JSON.parse(JSON.stringify(answer)));
    throw new Error(`${route.method} ${route.url} answers what it does not declare: ${JSON.stringify(fault)}`);
  }
  reply.status(route.status ?? 200);
  const written = writtenAnswer(answer);
  return written ? reply.type('application/json; charset=utf-8').send(written) : reply.send(answer);
}

/** A file is never shown as a page of ours, whatever stands in it. */
function sendStreamed(
  usual: string,
  { content, fileName, type = usual, size, digest }: Streamed,
  reply: FastifyReply,
): FastifyReply {
  if (fileName !== undefined) {
    reply.header('content-disposition', `attachment; filename*=UTF-8''${asFileName(fileName)}`);
    reply.header('x-content-type-options', 'nosniff');
  }
  if (size !== undefined) reply.header('content-length', size);
  if (digest !== undefined) reply.header('etag', `"${digest}"`);
  return reply.type(type).send(content);
}

/** As RFC 8187 wants it. */
function asFileName(name: string): string {
  const written = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(name).replace(/['()*]/g, written);
}

function cookieSession(request: FastifyRequest, reply: FastifyReply, { secureCookie }: MountOptions): PageSession {
  return {
    secret: readCookie(request, sessionCookie),
    keep: (secret) => keepSession(reply, secret, { secure: secureCookie ?? false }),
  };
}

async function readForm(
  route: Route,
  request: FastifyRequest,
  { uploadLimit }: MountOptions,
): Promise<{ files: UploadedFile[]; fields: Record<string, string> }> {
  if (!request.isMultipart()) {
    throw new LockstepError('media-type-not-accepted', 'This route takes a form with files.', {
      hint: `Send multipart/form-data with ${route.files?.join(' and ')}.`,
    });
  }
  const files: UploadedFile[] = [];
  const fields: Record<string, string> = {};
  for await (const part of request.parts({ limits: { fileSize: uploadLimit, files: 200, fields: 50 } })) {
    if (part.type === 'field') fields[part.fieldname] = String(part.value);
    else files.push({ field: part.fieldname, name: part.filename, bytes: await part.toBuffer() });
  }
  const fault = missingFile(route.files ?? [], files);
  if (fault) throw fault;
  return { files, fields };
}

function bytesOf(type: string): object {
  return { description: type, content: { [type]: { schema: { type: 'string', format: 'binary' } } } };
}

function schemaOf(name: string, route: Route): FastifySchema {
  const success = String(route.reply ? (route.status ?? 200) : route.streams ? 200 : 204);
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.url.split('/')[2] ?? 'server'],
    security: route.permission === 'public' ? [] : [{ token: [] }, { cookie: [] }],
    description: route.permission === 'public' ? 'Needs no sign-in.' : `Needs the permission \`${route.permission}\`.`,
    ...(route.takes && { consumes: [route.takes] }),
    ...(route.files && { consumes: ['multipart/form-data'], 'x-files': route.files }),
    ...(route.params && { params: route.params }),
    ...(route.query && { querystring: route.query }),
    ...(route.body && { body: route.body }),
    response: {
      [success]: route.reply ?? (route.streams ? bytesOf(route.streams) : { type: 'null', description: 'Done' }),
      '4xx': ErrorReply,
    },
  } as FastifySchema;
}

declare module 'fastify' {
  interface FastifyRequest {
    actor: import('../../service/index.ts').Actor | null;
  }
}
