/**
 * Work that any server may do: kept until it is done, taken by one server at a time, taken over when that server is not
 * heard of for one lease. On SQLite there is one server, which does its work itself.
 */
export interface WorkQueue {
  /** Says what to do with a kind of work. A handler that throws is tried again, here or elsewhere. */
  handle(kind: WorkKind, handler: WorkHandler): Promise<void>;
  /** Hands in pieces of work; `key` names them for `cancel`. */
  add(kind: WorkKind, key: string, pieces: readonly object[]): Promise<void>;
  /** Hands in one piece an hour, however many servers ask for it. */
  addHourly(kind: WorkKind): Promise<void>;
  /** How many pieces under this key are neither done nor given up, and why the last one was given up. */
  outstanding(kind: WorkKind, key: string): Promise<Outstanding>;
  /** Drops what nobody has begun, and aborts what is under way. */
  cancel(kind: WorkKind, key: string): Promise<void>;
  close(): Promise<void>;
}

export type WorkKind = 'plan' | 'retention' | ChannelWork | `uploads-${ChannelWork}`;
/** Of the channels of one repository, by its mark. */
export type ChannelWork = `channel-${string}`;

export interface Outstanding {
  readonly pieces: number;
  readonly failure: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
  /** What the handlers of the pieces that are done answered. */
  readonly results: readonly unknown[];
}

export type WorkHandler = (piece: {
  readonly data: unknown;
  readonly signal: AbortSignal;
  /** Not the first attempt: its server died, or lost the database. */
  readonly again: boolean;
}) => Promise<unknown>;
