export {
  type Admission,
  type AdmitOptions,
  type AdmittedVersion,
  type ArrivingRelease,
  admitRelease,
} from './admit-release.ts';
export { checkFirmware } from './check-firmware.ts';
export { checkInfoXml } from './check-info-xml.ts';
export { changedStepTypes, findStepType, sameStepType } from './compare-step-types.ts';
export { decodePluginInfo } from './decode-plugin-info.ts';
export type {
  PluginDefinition,
  PropertyDefinition,
  PropertyGroup,
  PropertyType,
  StepCommand,
  StepType,
} from './definition.ts';
export { describeDeprecation } from './describe-deprecation.ts';
export { sameDisplayName } from './display-name.ts';
export { deepestJson, tooDeepAt } from './json-depth.ts';
export type { Deprecation, Succession } from './lifecycle.ts';
export { oldClientProblems } from './old-clients.ts';
export { type FirmwareFile, type FirmwarePackage, type FirmwareStep, parseFirmware } from './parse-firmware.ts';
export { parseLifecycleXml } from './parse-lifecycle-xml.ts';
export { type PluginInfoReading, parsePluginInfo } from './parse-plugin-info.ts';
export { type PluginReading, parsePluginXml } from './parse-plugin-xml.ts';
export { parseUpgradeXml, type UpgradeReading } from './parse-upgrade-xml.ts';
export type { Capabilities, DeviceType, PluginInfo } from './plugin-info.ts';
export { isPluginId, isVersionName } from './plugin-names.ts';
export { proposalMarks } from './proposal-comment.ts';
export { formsOf, nameInForm, sameName } from './same-name.ts';
export { validateXml } from './schema/validate-xml.ts';
export { followSuccessors, type Successors } from './successors.ts';
export type { MigrateBlock, MigrateCommand, MigrateProperty, UpgradeFile } from './upgrade-file.ts';
export { compareVersions, isVersion, parseVersion, type Version } from './version.ts';
export { decodeXml } from './xml/decode-xml.ts';
export {
  attributeOf,
  childNamed,
  childrenNamed,
  type XmlAttribute,
  type XmlElement,
  type XmlSpan,
} from './xml/element.ts';
export { readXml } from './xml/read-xml.ts';
