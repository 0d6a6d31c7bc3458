/** A data folder as a client: what a command needs, and nothing of a server. */

export { openLocal } from './local/open-local.ts';
