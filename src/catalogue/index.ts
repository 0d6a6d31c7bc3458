export { type ActivityEntry, type ActivityFilter, listActivity, recordActivity } from './activity.ts';
export { answerPlan, planQuestions } from './answer-plan.ts';
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
} from './apply-plan.ts';
export { carryAnswers } from './carry-answers.ts';
export { type Catalogue, type CatalogueOptions, openCatalogue } from './catalogue.ts';
export { type CreatePlanInput, createPlan, discardPlan } from './create-plan.ts';
export { type ExportInput, exportProcesses } from './export-processes.ts';
export { type FailureRate, failureRates } from './failure-rate.ts';
export { findProcess, type ProcessSummary } from './find-process.ts';
export { type ImportInput, type ImportResult, importProcesses } from './import-processes.ts';
export { listProcesses, type ProcessFilter, type ProcessPage } from './list-processes.ts';
export { pausePlan } from './pause-plan.ts';
export type { PlanCourse, PlanPause } from './plan-course.ts';
export { planEntries } from './plan-entries.ts';
export { applyOutcome, undoOutcome } from './plan-outcome.ts';
export type { PlanGroupSummary, PlanSummary } from './plan-summary.ts';
export { forgetPlugin, type PluginUsage, pluginUsage } from './plugin-usage.ts';
export {
  activatePlugin,
  listPlugins,
  type PluginSummary,
  type PluginVersionSummary,
  type ShownPlugin,
  showPlugin,
} from './plugins.ts';
export { getPlan, listPlanEntries, listPlans, type PlanEntry, type PlanEntryFilter, showPlan } from './read-plan.ts';
export { checkRegistration, type Registered, type RegisterInput, registerPlugin } from './register-plugin.ts';
export { asBegun, goingOn, type ResumeInput, type ResumeResult, resumePlan } from './resume-plan.ts';
export {
  type CreateInput,
  createProcess,
  labelProcess,
  removeProcess,
  type SaveInput,
  type SaveResult,
  saveProcess,
} from './save-process.ts';
export {
  diffVersions,
  listVersions,
  type ProcessVersion,
  type ShownProcess,
  showProcess,
  type VersionDifference,
} from './show-process.ts';
export { createSnapshot, listSnapshots, type Snapshot, type SnapshotSummary, showSnapshot } from './snapshots.ts';
export { redoPlan, type UndoPlanInput, type UndoResult, undoPlan } from './undo-plan.ts';
export { listUnresolved, type UnresolvedUse } from './unresolved.ts';
export { type WaveLabel, waveLabels } from './wave-labels.ts';
export type { Wave } from './wave-members.ts';
export { type WaveReport, waveReports } from './wave-report.ts';
export { type FoundUse, type WhereUsedPage, type WhereUsedQuery, whereUsed } from './where-used.ts';
