export { deepestJson, tooDeepAt } from './json-depth.ts';
export { parsePluginInfo } from './parse-plugin-info.ts';
export { compareVersions, isVersion } from './version.ts';
