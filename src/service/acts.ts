import type { Resource } from '../api/client.ts';
import type { Api } from '../api/index.ts';
import type { Acts } from './act.ts';
import { ownerOfProcess } from './processes/owner-of-process.ts';
import type { Services } from './services.ts';

/** Every act by resource and name, as the contract has them. A stream of events is no act: only HTTP has it. */
export type AllActs = { readonly [R in Resource]: Acts<Api[R]> };

/** The acts of each resource, loaded when somebody needs them: a command needs one of them. */
export const loadActs: { readonly [R in Resource]: (services: Services) => Promise<AllActs[R]> } = {
  session: async (services) => (await import('./accounts/session-acts.ts')).sessionActs(services),
  overview: async (services) => (await import('./overview/overview-acts.ts')).overviewActs(services),
  settings: async (services) => (await import('./settings/setting-acts.ts')).settingActs(services),
  plugins: async (services) => (await import('./plugins/plugin-acts.ts')).pluginActs(services),
  operations: async (services) => (await import('./operations/operation-acts.ts')).operationActs(services),
  processes: async (services) => (await import('./processes/process-acts.ts')).processActs(services),
  plans: async (services) => (await import('./plans/plan-acts.ts')).planActs(services),
  lint: async (services) => (await import('./plugins/lint-acts.ts')).lintActs(services),
  gate: async (services) => (await import('./plans/gate-acts.ts')).gateActs(services),
  preview: async (services) => (await import('./preview/preview-acts.ts')).previewActs(services),
  channels: async (services) => (await import('./channels/channel-acts.ts')).channelActs(services),
  repository: async ({ served, channels, config }) =>
    (await import('./channels/repository-acts.ts')).repositoryActs({
      repository: served.repository,
      uploads: channels.uploads,
      uploadLimit: config.limits.upload,
      perform: (act) => channels.perform(act, `channel.${(act.verb === 'publish' && act.request.action) || act.verb}`),
      remove: channels.remove,
    }),
  runs: async ({ runs, stopping, store }) =>
    (await import('./runs/run-acts.ts')).runActs(runs.runs, stopping, (process) => ownerOfProcess(store, process)),
  agents: async ({ runs, stopping }) => (await import('./runs/agent-acts.ts')).agentActs(runs.runs, stopping),
  activity: async (services) => (await import('./activity/activity-acts.ts')).activityActs(services),
  care: async (services) => (await import('./care/care-acts.ts')).careActs(services),
  prune: async (services) => (await import('./care/prune-acts.ts')).pruneActs(services),
  users: async (services) => (await import('./accounts/account-acts.ts')).userActs(services),
  tokens: async (services) => (await import('./accounts/account-acts.ts')).tokenActs(services),
};

/** The acts of a running server. */
export async function allActs(services: Services): Promise<AllActs> {
  const acts = Object.entries(loadActs).map(async ([resource, load]) => [resource, await load(services)]);
  return Object.fromEntries(await Promise.all(acts)) as AllActs;
}
