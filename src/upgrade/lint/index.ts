export { findingCodes } from './finding-codes.ts';
export { countOf, formatFindings } from './format-findings.ts';
export { formatSarif } from './format-sarif.ts';
export { inOrderOfPlaces, lintPlugin } from './lint-plugin.ts';
