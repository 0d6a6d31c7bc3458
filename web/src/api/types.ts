/** The server's own types: nothing but types crosses from there into the page. */
export type * from '../../../src/api/types.ts';
