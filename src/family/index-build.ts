export { buildFamilies } from './build/build-families.ts';
export type { BuildReport } from './build/build-report.ts';
