import type { Static, TSchema } from 'typebox';
import type { Given } from '../api/given.ts';
import type { Route } from '../api/route.ts';
import type { Actor } from './accounts/actor.ts';
import type { Steward } from './accounts/steward.ts';

export type { Given } from '../api/given.ts';

type Of<R, K extends string> = R extends { readonly [P in K]: infer S extends TSchema } ? Static<S> : undefined;

export interface UploadedFile {
  readonly field: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a page's session is kept in, at whoever asks: a cookie for a browser, nothing for a command. */
export interface PageSession {
  readonly secret: string | null;
  /** Null ends it. */
  keep(secret: string | null): void;
}

/** A request of whatever door, after its checks. */
export interface ActInput<R extends Route> {
  readonly params: Of<R, 'params'>;
  readonly query: Of<R, 'query'>;
  readonly body: Of<R, 'body'>;
  readonly files: readonly UploadedFile[];
  readonly fields: Readonly<Record<string, string>>;
  /** Whoever asks; on a public route perhaps nobody. */
  readonly actor: R['permission'] extends 'public'
    ? Actor | null
    : R extends { readonly byOwner: true }
      ? Steward
      : Actor;
  /** The media types that whoever asks wants, as HTTP writes them; left out: any. */
  readonly accept?: string | undefined;
  /** The address of whoever asks; `here` for a command at its own data. */
  readonly from: string;
  /** Aborted when whoever asked is gone. */
  readonly gone: AbortSignal;
  readonly page: PageSession;
}

/** What an act of a streaming route answers: text or bytes with what a client is told of them. */
export interface Streamed {
  readonly content: string | Uint8Array | NodeJS.ReadableStream;
  readonly fileName?: string;
  /** Where it is another than the route says. */
  readonly type?: string;
  readonly size?: number;
  readonly digest?: string;
}

/** One act of the product. */
export type Act<R extends Route> = (
  input: ActInput<R>,
) => Promise<
  R extends { readonly reply: infer S extends TSchema }
    ? Given<Static<S>>
    : R extends { readonly streams: string }
      ? Streamed
      : void
>;

export type Acts<Routes extends Record<string, Route>> = { readonly [Name in keyof Routes]: Act<Routes[Name]> };
