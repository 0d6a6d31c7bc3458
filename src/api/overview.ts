import { type Static, Type } from 'typebox';
import { Nullable, OneOf, route, Time } from './route.ts';

const PluginName = Type.Object({ id: Type.String(), name: Type.String() });

export const Overview = Type.Object({
  channel: Nullable(Type.Object({ name: Type.String(), url: Type.String() })),
  waiting: Type.Integer({ description: 'Questions, tasks and conflicts that wait for a person' }),
  processes: Type.Integer(),
  plans: Type.Integer({ description: 'Upgrades that are planned or under way' }),
  runs: Type.Integer({ description: 'Runs under way' }),
  newer: Type.Integer({ description: 'Installed plugins of which the channel offers a newer version' }),
  agents: Type.Object({ online: Type.Integer(), all: Type.Integer() }),
});
export type Overview = Static<typeof Overview>;

/** Questions of one plan that are answered together. */
const WaitingQuestion = Type.Object({
  plan: Type.String(),
  plugin: PluginName,
  from: Type.Array(Type.Integer()),
  to: Type.Integer(),
  key: Type.String({ description: 'The group key: an answer to it answers all of them' }),
  message: Type.String(),
  owner: OneOf(['process-owner', 'plugin-author', 'administrator'] as const),
  choices: Type.Array(Type.Object({ answer: Type.String(), label: Type.String() })),
  freeText: Type.Boolean(),
  count: Type.Integer(),
  processes: Type.Integer(),
  example: Type.Object({ process: Type.String(), name: Type.String(), activity: Type.String() }),
  at: Time,
});

const WaitingTask = Type.Object({
  run: Type.String(),
  step: Type.String(),
  activity: Type.String(),
  process: Type.String(),
  state: OneOf(['asking', 'uncertain'] as const),
  since: Nullable(Time),
});

const happened = ['run-failed', 'plan-paused', 'plan-interrupted', 'plan-applied', 'plan-undone'] as const;
const looked = ['agents', 'list', 'database', 'plugins'] as const;

export const Inbox = Type.Object({
  questions: Type.Array(WaitingQuestion),
  tasks: Type.Array(WaitingTask),
  undos: Type.Array(
    Type.Object({
      plan: Type.String(),
      plugin: PluginName,
      to: Type.Integer(),
      conflicts: Type.Integer({ description: 'Processes whose undo asks something' }),
      at: Time,
    }),
  ),
  offers: Type.Array(
    Type.Object({
      ...PluginName.properties,
      installed: Type.String(),
      offered: Nullable(
        Type.String({ description: 'A newer version in the channel; null: only processes are behind' }),
      ),
      processes: Type.Integer(),
      behind: Type.Integer({ description: 'Processes with steps at a lower version than the active one' }),
      modified: Type.Boolean(),
      plan: Nullable(Type.String({ description: 'A plan to a higher version that is open' })),
    }),
  ),
  recent: Type.Array(
    Type.Object({
      kind: OneOf(happened),
      id: Type.String(),
      name: Type.String(),
      detail: Nullable(Type.String()),
      at: Time,
    }),
    { description: 'Since a day, newest first' },
  ),
  health: Type.Array(
    Type.Object({
      what: OneOf(looked),
      state: OneOf(['well', 'care', 'bad'] as const),
      values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Integer(), Type.Null()])),
    }),
  ),
  hours: Type.Array(Type.Object({ at: Time, succeeded: Type.Integer(), failed: Type.Integer() }), {
    description: 'Ended runs of the last 24 hours, oldest first',
  }),
});
export type Inbox = Static<typeof Inbox>;

export const overviewRoutes = {
  showOverview: route({
    method: 'GET',
    url: '/api/overview',
    summary: 'How much there is of each thing, and the channel in use',
    permission: 'read',
    reply: Overview,
  }),
  showInbox: route({
    method: 'GET',
    url: '/api/inbox',
    summary: 'What waits for a person, which upgrades are offered, what happened since yesterday, and how things are',
    permission: 'read',
    reply: Inbox,
  }),
};
