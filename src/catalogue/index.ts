export { type ActivityEntry, type ActivityFilter, listActivity, recordActivity } from './activity.ts';
export { type Catalogue, type CatalogueOptions, openCatalogue } from './catalogue.ts';
export { answerPlan, planQuestions } from './plan/answer-plan.ts';
export {
  type ApplyInput,
  type ApplyProgress,
  type ApplyResult,
  applyPlan,
  type BeginInput,
  beginPlan,
  type JoinInput,
  joinPlan,
  type OpenProcess,
  type ReplannedProcess,
} from './plan/apply-plan.ts';
export { type CreatePlanInput, createPlan, discardPlan } from './plan/create-plan.ts';
export { type FailureRate, failureRates } from './plan/failure-rate.ts';
export { pausePlan } from './plan/pause-plan.ts';
export { planEntries } from './plan/plan-entries.ts';
export { applyOutcome, undoOutcome, undoPreview } from './plan/plan-outcome.ts';
export type { PlanCourse, PlanPause } from './plan/plan-progress.ts';
export type { PlanGroupSummary, PlanSummary } from './plan/plan-summary.ts';
export {
  getPlan,
  listPlanEntries,
  listPlans,
  type PlanEntry,
  type PlanEntryFilter,
  showPlan,
} from './plan/read-plan.ts';
export { asBegun, goingOn, type ResumeInput, type ResumeResult, resumePlan } from './plan/resume-plan.ts';
export { redoPlan, type UndoPlanInput, type UndoResult, undoPlan } from './plan/undo-plan.ts';
export { type WaveLabel, waveLabels } from './plan/wave-labels.ts';
export type { Wave } from './plan/wave-members.ts';
export { type WaveReport, waveReports } from './plan/wave-report.ts';
export { forgetPlugin, type PluginUsage, pluginUsage } from './plugin/plugin-usage.ts';
export {
  activatePlugin,
  listPlugins,
  type PluginSummary,
  type PluginVersionSummary,
  type ShownPlugin,
  showPlugin,
} from './plugin/plugins.ts';
export { type Registered, type RegisterInput, registerPlugin } from './plugin/register-plugin.ts';
export { type ExportInput, exportProcesses } from './process/export-processes.ts';
export { findProcess, type ProcessSummary } from './process/find-process.ts';
export { type ImportInput, type ImportResult, importProcesses } from './process/import-processes.ts';
export { listProcesses, type ProcessFilter, type ProcessPage } from './process/list-processes.ts';
export {
  type CreateInput,
  createProcess,
  labelProcess,
  removeProcess,
  type SaveInput,
  type SaveResult,
  saveProcess,
} from './process/save-process.ts';
export { type IsSecret, secretsIn } from './process/secure-properties.ts';
export {
  diffVersions,
  listVersions,
  type ProcessVersion,
  type ShownProcess,
  showProcess,
  type VersionDifference,
} from './process/show-process.ts';
export {
  createSnapshot,
  listSnapshots,
  type Snapshot,
  type SnapshotSummary,
  showSnapshot,
} from './process/snapshots.ts';
export { listUnresolved, type UnresolvedUse } from './process/unresolved.ts';
export { type FoundUse, type WhereUsedPage, type WhereUsedQuery, whereUsed } from './process/where-used.ts';
