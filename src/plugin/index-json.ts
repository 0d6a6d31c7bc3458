export { checkFirmware } from './check-firmware.ts';
export { decodePluginInfo } from './decode-plugin-info.ts';
export { deepestJson, tooDeepAt } from './json-depth.ts';
export { oldClientProblems } from './old-clients.ts';
export { parseFirmware } from './parse-firmware.ts';
export { parsePluginInfo } from './parse-plugin-info.ts';

export { compareVersions, isVersion } from './version.ts';
