export { type CompareReport, comparePhones } from './phones/compare-phones.ts';
export { comparePromoted, type Promoted } from './phones/compare-promoted.ts';
export { describeChangeGroup } from './phones/describe-change-group.ts';
export type { Engine } from './phones/perform.ts';
export type { PhonePlugin } from './phones/phone-plugin.ts';
export { phonePluginOf, phonePluginOfPackage, phonePluginsIn } from './phones/read-phone-plugins.ts';
export { type RealDevice, readRealDevices } from './phones/real-devices.ts';
export { type TryReport, tryPhones } from './phones/try-phones.ts';
