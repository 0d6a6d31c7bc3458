export type { AgentEvent, AgentOptions } from './agent/agent-options.ts';
export type { AgentPort } from './agent/agent-port.ts';
export { httpTransport } from './agent/http-transport.ts';
export { type AgentTransport, remoteAgentPort } from './agent/remote-agent-port.ts';
export { type Agent, startAgent } from './agent/start-agent.ts';

export { builtInPrefix } from './dispatch/bound-dispatcher.ts';
export { logFileOf } from './dispatch/dispatcher.ts';
export { finishText, resolveText } from './expression.ts';
export type { AgentView } from './list-agents.ts';

export { pinnedContent } from './pinned-content.ts';
export { formatProperties, readProperties } from './properties-file.ts';
export { type AskedValue, openAsks } from './request.ts';

export type { Retention } from './run-upkeep.ts';
export type { RunDetail, RunEvent, RunSummary } from './run-view.ts';

export { openRuns, type Runs, type RunsOptions } from './runs.ts';
export { openScripts, type Scripts } from './script/scripts.ts';
export {
  type PluginSource,
  type ProcessSource,
  storedPlugins,
  storedProcesses,
} from './sources.ts';
export { agentNames } from './step/agent-names.ts';

export { allowedEnvironment } from './step/step-environment.ts';
export { trialPlaces, tryStep } from './step/try-step.ts';
