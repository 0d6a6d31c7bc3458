export type { AgentIdentity, AgentPort, Heartbeat, HeldStep } from './agent/agent-port.ts';
export { httpTransport } from './agent/http-transport.ts';
export { type AgentTransport, remoteAgentPort } from './agent/remote-agent-port.ts';
export { type Agent, type AgentEvent, type AgentOptions, startAgent } from './agent/start-agent.ts';
export type { Artefact } from './artefact/artefact.ts';
export type { RunArtefact } from './artefact/list-artefacts.ts';
export { type AgentCaller, builtInPrefix } from './desk/bound-desk.ts';
export { logFileOf } from './desk/desk.ts';
export { finishText, resolveText } from './expression.ts';
export type { AgentView } from './list-agents.ts';
export { newRun, next } from './machine.ts';
export { pinnedContent } from './pinned-content.ts';
export { formatProperties, parseProperties, readProperties } from './properties-file.ts';
export { type AskedValue, openAsks, type RequestForm, wrongValues } from './request.ts';
export type { ActivityState, ProcessPin, ProcessReference, RunState } from './run-state.ts';
export type { Retention } from './run-upkeep.ts';
export type { LogPart, RunDetail, RunEvent, RunFilter, RunStepView, RunSummary } from './run-view.ts';
export type { RunWaits } from './run-waits.ts';
export { openRuns, type Runs, type RunsOptions } from './runs.ts';
export { openScripts, type Scripts } from './script/scripts.ts';
export {
  type FoundPlugin,
  type LoadedProcess,
  type PluginReference,
  type PluginSource,
  type ProcessSource,
  storedPlugins,
  storedProcesses,
} from './sources.ts';
export { agentNames } from './step/agent-names.ts';
export type { Assignment, StepResult } from './step/assignment.ts';
export { allowedEnvironment } from './step/step-environment.ts';
export { trialPlaces, tryStep } from './step/try-step.ts';
export { displayValue, type Part, type Value, type Values } from './value.ts';
export { openVault, type Vault } from './vault.ts';
