import type { Static, TSchema } from 'typebox';
import type { Address } from './address.ts';
import type { Given } from './given.ts';
import type { Api } from './index.ts';

/** A file of a form; its field is the form's only one unless it says otherwise. */
export interface SentFile {
  readonly field?: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An answer that is no JSON, as it comes. */
export interface Bytes extends AsyncIterable<Uint8Array> {
  text(): Promise<string>;
}

/** Fits where everything may be left out. */
type Nothing = Record<never, never>;

type Part<R, K extends string> = R extends { readonly [P in K]: infer S extends TSchema }
  ? Nothing extends Static<S>
    ? { readonly [P in K]?: Given<Static<S>> }
    : { readonly [P in K]: Given<Static<S>> }
  : unknown;

/** What a call of a route takes: the parts that it declares, and a signal to give it up. */
export type CallInput<R> = Part<R, 'params'> &
  Part<R, 'query'> &
  Part<R, 'body'> &
  (R extends { readonly files: readonly string[] }
    ? { readonly files: readonly SentFile[]; readonly fields?: Readonly<Record<string, string | undefined>> }
    : unknown) &
  (R extends { readonly takes: string } ? { readonly content: Uint8Array<ArrayBuffer> } : unknown) & {
    readonly signal?: AbortSignal;
  };

export type CallReply<R> = R extends { readonly reply: infer S extends TSchema }
  ? Static<S>
  : R extends { readonly streams: string }
    ? Bytes
    : undefined;

type Method<R> =
  Nothing extends CallInput<R>
    ? (input?: CallInput<R>) => Promise<CallReply<R>>
    : (input: CallInput<R>) => Promise<CallReply<R>>;

/** Resources that calls can ask for; a stream of events is listened to instead. */
export type Resource = Exclude<keyof Api, 'events'>;

/**
 * Everything that can be asked of Lockstep: `client.plans.answerQuestions({ params, body })`. Made from the contract; a
 * server over HTTP and a data folder in the same process answer alike, failures are `LockstepError`s.
 */
export type Client = {
  readonly [R in Resource]: { readonly [Name in keyof Api[R]]: Method<Api[R][Name]> };
};

/** What a call may bring along, whichever its route. */
export interface AnyInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly files?: readonly SentFile[];
  readonly fields?: Readonly<Record<string, string | undefined>>;
  readonly content?: Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
}

export type AnyCall = (
  route: Address,
  input: AnyInput,
  at: { readonly resource: Resource; readonly name: string },
) => Promise<unknown>;
