export { Accounts } from './accounts/accounts.ts';
export { type Actor, may, requirePermission } from './accounts/actor.ts';
export { OldToolPasswords, oldToolRealm } from './accounts/old-tool-passwords.ts';
export type { ActInput, Acts, PageSession, Streamed, UploadedFile } from './act.ts';
export { allActs } from './acts.ts';
export { backUp } from './care/back-up.ts';

export { examineRepository } from './care/examine-repository.ts';
export { keyWords } from './care/key-place.ts';
export { moveData } from './care/move-data.ts';
export { restoreBackup } from './care/restore-backup.ts';
export type { ChannelAct } from './channels/channel-act.ts';
export { performHere } from './channels/channel-work.ts';
export { clearUploads } from './channels/receive-upload.ts';
export { type KeptSigned, keepSigned } from './channels/renewed-signatures.ts';
export { repositoryActs } from './channels/repository-acts.ts';
export { openUploads } from './channels/uploads.ts';
export { hideSecrets } from './hide-secrets.ts';
export { writtenAnswer } from './lasting-answer.ts';
export { readyToSeal } from './local/data-place.ts';
export { type EventHub, isWanted, type NumberedEvent } from './operations/event-hub.ts';
export type { OperationBook } from './operations/operations.ts';
export { startUninstallVersion } from './plugins/uninstall-version.ts';
export { ownerExport } from './processes/owner-export.ts';
export { exportFor, handOut } from './processes/secure-values.ts';
export { agentActs } from './runs/agent-acts.ts';

export { runActs } from './runs/run-acts.ts';
export { agreeOnRunKey, readRunKey } from './runs/run-key.ts';

export { unpackPlugin } from './runs/unpack-plugin.ts';
export { composeServices, type Services } from './services.ts';
export type { ServerConfig } from './settings/config.ts';
export { KeptParameters } from './settings/kept-parameters.ts';
export { parseConfig, readConfig } from './settings/read-config.ts';
export type { Tracing } from './telemetry/open-tracing.ts';
export type { SpanKeeper } from './telemetry/span-keeper.ts';
export { startTracing } from './telemetry/start-tracing.ts';
export { readTraceSettings } from './telemetry/trace-settings.ts';
