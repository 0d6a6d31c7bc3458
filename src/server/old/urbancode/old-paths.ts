import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Permission } from '../../../api/permission.ts';
import { LockstepError } from '../../../failure/index.ts';
import {
  type Actor,
  admit,
  type OldToolProcesses,
  processesForOldTools,
  readJsonBody,
  requirePermission,
  type Services,
  Steward,
  type Streamed,
} from '../../../service/index.ts';
import type { Authenticate } from '../../http/authenticate.ts';

/** What answers a call of an old client. */
export interface OldCall {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** A call that asks for itself whose processes are meant. */
export type OwnerCall = Omit<OldCall, 'actor'> & { readonly steward: Steward };

export type OldAct = (call: OldCall) => Promise<unknown>;

/** Adds calls of an old API, each with the right that it needs, asked for before a body is read. */
export interface OldPaths {
  readonly services: Services;
  readonly processes: OldToolProcesses;
  add(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, permission: Permission, act: OldAct): void;
  /** For whoever has the permission for some owners too. */
  addByOwner(
    method: 'POST' | 'PUT' | 'DELETE',
    url: string,
    permission: Permission,
    act: (call: OwnerCall) => Promise<unknown>,
  ): void;
}

export function oldPaths(app: FastifyInstance, services: Services, authenticate: Authenticate): OldPaths {
  return {
    services,
    processes: processesForOldTools(services),
    add(method, url, permission, act) {
      app.route({
        method,
        url,
        onRequest: async (request) => {
          request.actor = requirePermission(await authenticate(request), permission);
        },
        handler: (request, reply) =>
          act({
            request,
            reply,
            actor: request.actor!,
            params: request.params as Record<string, string>,
            query: request.query as Record<string, string>,
          }),
      });
    },
    addByOwner(method, url, permission, act) {
      app.route({
        method,
        url,
        onRequest: async (request) => {
          request.actor = admit(await authenticate(request), permission, true);
        },
        handler: (request, reply) =>
          act({
            request,
            reply,
            steward: new Steward(request.actor!, permission),
            params: request.params as Record<string, string>,
            query: request.query as Record<string, string>,
          }),
      });
    },
  };
}

/** A body that is a JSON object, whatever type it came under. */
export function readBody(request: FastifyRequest): Record<string, unknown> {
  const { body } = request;
  const value: unknown = typeof body === 'string' ? readJsonBody(body) : body;
  if (isObject(value)) return value;
  throw new LockstepError('request-not-valid', 'The body is not a JSON object.', { hint: 'Send application/json.' });
}

/** A member that is a JSON object; empty where it is none. */
export function recordIn(body: Record<string, unknown>, name: string): Record<string, unknown> {
  return isObject(body[name]) ? body[name] : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What was uploaded: the first part of a form, with a file name or without, else the body itself, as it was written. */
export async function readUpload(request: FastifyRequest): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  if (!request.isMultipart()) {
    const { body } = request;
    const isYaml = /^(?:application|text)\/(?:x-)?yaml\b|\+yaml\b/i.test(request.headers['content-type'] ?? '');
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
    return { name: isYaml ? 'upload.yaml' : 'upload', bytes: Buffer.from(text) };
  }
  for await (const part of request.parts()) {
    // some clients name no file
    if (part.type === 'file') return { name: part.filename || 'upload', bytes: await part.toBuffer() };
    if (part.fieldname === 'file') return { name: 'upload', bytes: Buffer.from(String(part.value)) };
  }
  throw new LockstepError('request-not-valid', 'The form has no file.', { hint: 'Send a multipart field "file".' });
}

/** A list whole or, where pages are asked for, one of its pages, with how many there are. */
export function answerList({ query, reply }: OldCall, items: readonly object[]): readonly object[] {
  const rows = Number(query['rowsPerPage']);
  if (!(rows > 0)) return items;
  const start = (Math.max(1, Number(query['pageNumber'] ?? 1) || 1) - 1) * rows;
  const page = items.slice(start, start + rows);
  const range = page.length === 0 ? '*' : `${start}-${start + page.length - 1}`;
  void reply.header('content-range', `items ${range}/${items.length}`);
  return page;
}

/** An export, in the language that it is in. */
export function sendExport(reply: FastifyReply, { content, type }: Streamed): FastifyReply {
  return reply.type(type!).send(content);
}

export function oneOf(values: Readonly<Record<string, unknown>>, ...names: readonly string[]): string {
  for (const name of names) {
    const value = values[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  throw new LockstepError('request-not-valid', `No ${names[0]}.`, { hint: `Send "${names[0]}".` });
}
