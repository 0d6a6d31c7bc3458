export { type BuildReport, buildFamilies } from './build-families.ts';
