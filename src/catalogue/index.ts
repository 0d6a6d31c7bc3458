export { recordActivity, said } from './activity.ts';
export { type Catalogue, openCatalogue } from './catalogue.ts';
export { answerPlan, planQuestions } from './plan/answer-plan.ts';
export {
  type ApplyResult,
  applyPlan,
  type BeginInput,
  beginPlan,
  joinPlan,
} from './plan/apply-plan.ts';
export { createPlan, discardPlan } from './plan/create-plan.ts';
export { failureRates } from './plan/failure-rate.ts';
export { asBegun, goingOn } from './plan/going-on.ts';
export { pausePlan } from './plan/pause-plan.ts';
export { planEntries } from './plan/plan-entries.ts';
export { applyOutcome, undoOutcome, undoPreview } from './plan/plan-outcome.ts';
export type { PlanSummary } from './plan/plan-summary.ts';
export { upgradeOfPlan } from './plan/planned-target.ts';
export {
  getPlan,
  listPlanEntries,
  listPlans,
  type PlanEntry,
  showPlan,
} from './plan/read-plan.ts';
export { redoPlan, type UndoPlanInput, type UndoResult, undoPlan } from './plan/undo-plan.ts';
export { waveLabels } from './plan/wave-labels.ts';
export { waveReports } from './plan/wave-report.ts';
export { forgetPlugin, pluginUsage } from './plugin/plugin-usage.ts';
export {
  listPlugins,
  type PluginSummary,
  showPlugin,
} from './plugin/plugins.ts';
export { declaredSuccessors } from './plugin/succession.ts';
export { type ExportText, exportProcesses } from './process/export-processes.ts';
export { findProcess, type ProcessSummary } from './process/find-process.ts';
export { type ExistingPolicy, importProcesses } from './process/import-processes.ts';
export { labelProcess, relabelProcess } from './process/label-process.ts';
export { listLabels } from './process/list-labels.ts';
export { listProcesses } from './process/list-processes.ts';
export {
  createProcess,
  removeProcess,
  saveProcess,
} from './process/save-process.ts';
export { secretsIn } from './process/secure-properties.ts';
export {
  diffVersions,
  listVersions,
  showProcess,
} from './process/show-process.ts';
export {
  createSnapshot,
  listSnapshots,
  showSnapshot,
} from './process/snapshots.ts';
export { listUnresolved, type UnresolvedUse } from './process/unresolved.ts';
export { whereUsed } from './process/where-used.ts';
export { countPrunable, prune } from './prune/prune.ts';
export { rowId } from './row-id.ts';
