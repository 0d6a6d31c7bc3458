import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { Actor } from './account/actor.ts';
import type { Route } from './api/route.ts';

type Of<R, K extends string> = R extends { readonly [P in K]: infer S extends TSchema } ? Static<S> : undefined;

/** A value may be handed to a reply whether its lists are read-only or not. */
export type Given<T> = T extends readonly (infer I)[]
  ? readonly Given<I>[]
  : T extends object
    ? { readonly [K in keyof T]: Given<T[K]> }
    : T;

export interface UploadedFile {
  readonly field: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A request after its checks. */
interface Call<R extends Route> {
  readonly params: Of<R, 'params'>;
  readonly query: Of<R, 'query'>;
  readonly body: Of<R, 'body'>;
  readonly files: readonly UploadedFile[];
  readonly fields: Readonly<Record<string, string>>;
  /** Whoever sends it; on a public route perhaps nobody. */
  readonly actor: R['permission'] extends 'public' ? Actor | null : Actor;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Makes one call and shapes the answer. A handler of a streaming route answers text or takes the reply over. */
export type Handler<R extends Route> = (
  call: Call<R>,
) => Promise<R extends { readonly reply: infer S extends TSchema } ? Given<Static<S>> : unknown>;

export type Handlers<Routes extends Record<string, Route>> = { readonly [Name in keyof Routes]: Handler<Routes[Name]> };
