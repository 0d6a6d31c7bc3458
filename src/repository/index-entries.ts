export { describeEntry } from './index-entry.ts';
export { formatIndex } from './index-file.ts';
