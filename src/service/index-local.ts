/** A data folder as a client: what a command needs, and nothing of a server. */

export type { Access } from './local/data-place.ts';
export { openLocal } from './local/open-local.ts';
