export { goBack, type WayBack } from './adopt/go-back.ts';
export { lookAtPlugins, type OldPlugin } from './adopt/look-at-plugins.ts';
export { saveOriginals } from './adopt/originals.ts';
export type { UpdateReport } from './channel/channel-access.ts';
export { type FetchLimits, openChannelFetch } from './channel/channel-fetch.ts';
export type { ChannelList } from './channel/channel-list.ts';
export { findPackage } from './channel/find-package.ts';
export { type WithdrawnVersion, withdrawnIn, withdrawnProblem } from './channel/withdrawn.ts';
export type { Device, DeviceMatch, SupportingPlugin } from './firmware/devices.ts';
export type { InstalledFirmware } from './firmware/installed-firmware.ts';
export { type ChangeOptions, Host, type HostOptions, type ReloadReport } from './host.ts';
export { HostOperations, type Started } from './host-operations.ts';
export { type InstallOptions, type InstallPlaces, type InstallReport, installPlugin } from './install-plugin.ts';
export { activeVersion, type InstalledVersion, installedVersions } from './installed-rows.ts';
export { knownPlaces, rememberPlaces } from './live/live-places.ts';
export type { LoadedPlugin } from './live/loaded-plugin.ts';
export type { ModifiedFile } from './live/modified-plugin.ts';
export { describeUserFiles, type TemplateConflict, type UserFileReport } from './live/user-files.ts';
export { formatOperation, type OperationState, type OperationView } from './operation.ts';
export { readPluginBytes, readPluginSource, readRelease } from './plugin-source.ts';
export type { InstallableView, InstalledView } from './plugin-views.ts';
export { type RecoveryProblem, recoverPlugins } from './recover-plugins.ts';
export { type Release, releaseKey, type StoredRelease } from './release.ts';
export {
  type PluginSettings,
  type SettingName,
  type SettingSource,
  type SettingSources,
  Settings,
  type SettingView,
  settingNames,
} from './settings.ts';
export { bringPackages, keepPackages } from './shared-packages.ts';
export {
  activate,
  type PluginSwitch,
  registerRelease,
  type SwitchOutcome,
  type SwitchPlugin,
  switchInStore,
} from './switch-plugin.ts';
export { type PluginUses, type UninstallOptions, type UninstallReport, uninstallPlugin } from './uninstall-plugin.ts';
