import type { Api } from '../api/index.ts';
import { tokenActs, userActs } from './accounts/account-acts.ts';
import { sessionActs } from './accounts/session-acts.ts';
import type { Acts } from './act.ts';
import { activityActs } from './activity/activity-acts.ts';
import { channelActs } from './channels/channel-acts.ts';
import { repositoryActs } from './channels/repository-acts.ts';
import { operationActs } from './operations/operation-acts.ts';
import { overviewActs } from './overview/overview-acts.ts';
import { gateActs } from './plans/gate-acts.ts';
import { planActs } from './plans/plan-acts.ts';
import { lintActs } from './plugins/lint-acts.ts';
import { pluginActs } from './plugins/plugin-acts.ts';
import { processActs } from './processes/process-acts.ts';
import { agentActs } from './runs/agent-acts.ts';
import { runActs } from './runs/run-acts.ts';
import type { Services } from './services.ts';
import { settingActs } from './settings/setting-acts.ts';

/** Every act by resource and name, as the contract has them. A stream of events is no act: only HTTP has it. */
export type AllActs = { readonly [Resource in Exclude<keyof Api, 'events'>]: Acts<Api[Resource]> };

/** The acts of a running server. */
export function allActs(services: Services): AllActs {
  const { served, channels, config, runs, stopping } = services;
  return {
    session: sessionActs(services),
    overview: overviewActs(services),
    settings: settingActs(services),
    plugins: pluginActs(services),
    operations: operationActs(services),
    processes: processActs(services),
    plans: planActs(services),
    lint: lintActs(services),
    gate: gateActs(services),
    channels: channelActs(services),
    repository: repositoryActs({
      repository: served.repository,
      uploads: channels.uploads,
      uploadLimit: config.limits.upload,
      perform: (act) => channels.perform(act, `channel.${(act.verb === 'publish' && act.request.action) || act.verb}`),
    }),
    runs: runActs(runs.runs, stopping),
    agents: agentActs(runs.runs, stopping),
    activity: activityActs(services),
    users: userActs(services),
    tokens: tokenActs(services),
  };
}
