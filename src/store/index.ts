export { admittedVersions } from './admitted-versions.ts';
export {
  addPlaces,
  addPlanDetails,
  addPlanProcesses,
  addPlanWorks,
  addProcesses,
  addVersions,
  advanceProcesses,
  finishApplied,
  finishPlanProcesses,
  replaceUses,
  type UseChangeRow,
  type VersionRow,
} from './bulk-statements.ts';
export { copyStore } from './copy-store.ts';
export { type DataFolder, type DataFolderOptions, hasDatabase, openDataFolder } from './data-folder.ts';
export { lockFolder } from './folder-lock.ts';
export { latestSchema, migrations } from './migrations/index.ts';
export type { Migration } from './migrations/migration.ts';
export { isDatabaseAddress, openStore, type StoreTarget } from './open-store.ts';
export type { OpenStoreOptions } from './open-store-options.ts';
export type * from './plan-tables.ts';
export { type Messages, type MessagesOptions, openMessages } from './postgres/messages.ts';
export { type RecordedVersion, recordPluginVersion } from './record-plugin-version.ts';
export type * from './run-tables.ts';
export { countSealed, holdsSealed, type SealCounts, sealStored } from './sealing/seal-stored.ts';
export { openVault, type Vault } from './sealing/vault.ts';
export type { PlanProcessState, PlanState } from './states.ts';
export type { BulkRow, BulkStatement, ReturnedSpace, Store, StoreTransaction } from './store.ts';
export type * from './tables.ts';
