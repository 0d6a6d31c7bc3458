/** The types of the contract; of its values the page has the addresses alone. */
export type * from '../../../src/api/types.ts';
