/** What the package offers other programs as `lockstep/api`: a typed client for a server, and the types of `/api`. */
export { LockstepError } from '../failure/index.ts';
export type { AnyInput, Bytes, Client, SentFile } from './client.ts';
export { type FollowOptions, follow } from './follow.ts';
export { type HttpClientOptions, httpClient } from './http-client.ts';
export type * from './types.ts';
