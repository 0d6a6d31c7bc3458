import { type Static, type TSchema, Type } from 'typebox';
import type { Permission } from './permission.ts';

/**
 * One route as data: what it takes, what it answers, and which permission it needs.
 * The handler, the validation, the OpenAPI document, the page's types and the table test of roles are all made from it.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's root, parameters written `:name`. */
  readonly url: string;
  readonly summary: string;
  /** `public`: needs nobody to be signed in. */
  readonly permission: Permission | 'public';
  /** The act asks itself for whose processes: whoever has the permission for some owners may ask. */
  readonly byOwner?: true;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** Media type of a body that comes as a stream, not as JSON. */
  readonly takes?: string;
  /** Bytes of a JSON body; absent: the server's general limit. */
  readonly bodyLimit?: number;
  /** Multipart form: the names of its file fields; text fields are strings. */
  readonly files?: readonly string[];
  /** Absent: answers 204 without a body, unless `streams` names a media type. */
  readonly reply?: TSchema;
  readonly status?: 200 | 201 | 202;
  /** Media type of an answer that is not JSON. */
  readonly streams?: string;
  /** Requests a minute from one address; absent: the server's general limit. */
  readonly perMinute?: number;
}

/** Keeps a route's exact schema types. */
export function route<const R extends Route>(declaration: R): R {
  return declaration;
}

export const IdParams = Type.Object({ id: Type.String({ maxLength: 300 }) });

export const PageQuery = {
  offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50 })),
};

/** A slice of a list and how many there are in all. */
export function Paged<Item extends TSchema>(item: Item) {
  return Type.Object({ items: Type.Array(item), total: Type.Integer() });
}

export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

export function OneOf<const Values extends readonly string[]>(values: Values, options: object = {}) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...options });
}

/** A JSON object whose fields are described elsewhere. */
export function Open<T>(description: string) {
  return Type.Unsafe<T>({ type: 'object', additionalProperties: true, description });
}

export const Time = Type.String({ description: 'ISO 8601, UTC', format: 'date-time' });

const Place = Type.Object({ file: Type.String(), line: Type.Integer(), column: Type.Integer() });

export const Problem = Type.Object({
  code: Type.String(),
  severity: OneOf(['error', 'warning', 'notice'] as const),
  message: Type.String(),
  hint: Type.Optional(Type.String()),
  where: Type.Optional(Place),
});

/** The body of every answer that is an error. */
export const ErrorReply = Type.Object({
  error: Type.Object({
    code: Type.String({ description: 'Stable; see docs/errors.md' }),
    message: Type.String(),
    hint: Type.Optional(Type.String({ description: 'What to do about it' })),
    where: Type.Optional(Place),
    data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
});
export type ErrorReply = Static<typeof ErrorReply>;
