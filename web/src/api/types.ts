/** The server's own types: nothing but types crosses from there into the page. */
export type * from '../../../src/server/api-types.ts';
