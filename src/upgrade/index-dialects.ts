export { dialectNames } from './dialect.ts';
