export { deepestJson, tooDeepAt } from './json-depth.ts';
export { parsePluginInfo } from './parse-plugin-info.ts';
export { isPluginId, isVersionName } from './plugin-names.ts';
export { compareVersions, isVersion } from './version.ts';
