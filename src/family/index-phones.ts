export { type CompareReport, comparePhones } from './phones/compare-phones.ts';
export type { Engine } from './phones/perform.ts';
export type { PhonePlugin } from './phones/phone-plugin.ts';
export { phonePluginOf, phonePluginOfFiles, phonePluginsIn } from './phones/read-phone-plugins.ts';
export { type RealDevice, readRealDevices } from './phones/real-devices.ts';
export { type TryReport, tryPhones } from './phones/try-phones.ts';
