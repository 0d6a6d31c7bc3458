export { type BuildReport, buildFamilies } from './build/build-families.ts';
