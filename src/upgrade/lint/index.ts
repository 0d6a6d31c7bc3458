export { findingCodes } from './finding-codes.ts';
export { countOf, formatFindings } from './format-findings.ts';
export { formatSarif } from './format-sarif.ts';
export { type KnownPlugins, lifecycleFindings } from './lifecycle-findings.ts';
export { inOrderOfPlaces, type LintInput, lintPlugin } from './lint-plugin.ts';
