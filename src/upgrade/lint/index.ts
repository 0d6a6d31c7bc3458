export { findingCodes } from './finding-codes.ts';
export { countFindings, countOf, formatFindings } from './format-findings.ts';
export { formatSarif } from './format-sarif.ts';
export { inOrderOfPlaces, type LintInput, lintPlugin } from './lint-plugin.ts';
