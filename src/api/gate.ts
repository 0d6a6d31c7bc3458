import { Type } from 'typebox';
import { Dialect, PlanTotals } from './plans.ts';
import { Nullable, OneOf, Problem, route } from './route.ts';

/** Numbers only: no name, value or text of a process leaves the server. */
const GateReport = Type.Object({
  plugin: Nullable(Type.Object({ id: Type.String(), version: Type.Integer() })),
  totals: Nullable(PlanTotals),
  errors: Type.Integer({ description: 'Problems that forbid the upgrade here' }),
  clean: Type.Boolean({ description: 'No error, and nothing that a person would be asked' }),
});

const Row = Type.Record(Type.String(), Type.Unknown());

/** Telephones whose files change in the same way. */
const TelephoneChange = Type.Object({
  plugin: Type.String(),
  devices: Type.Array(Type.String(), { description: 'Ids; none: a file that every telephone may ask for' }),
  files: Type.Array(
    Type.Object({
      path: Type.String({ description: 'What is of one telephone only as `{mac}` and the like' }),
      change: OneOf(['added', 'removed', 'changed'] as const),
      lines: Type.Array(Type.String(), { description: '`-` goes, `+` comes' }),
    }),
  ),
  failure: Nullable(Type.Object({ before: Nullable(Type.String()), after: Nullable(Type.String()) })),
});

const TelephoneReport = Type.Object({
  telephones: Type.Integer({ description: 'That were sent' }),
  compared: Type.Integer({ description: 'Of these, those whose plugin moves and was compared' }),
  changed: Type.Integer({ description: 'That would receive other files, or none' }),
  groups: Type.Array(TelephoneChange),
  problems: Type.Array(Problem, { description: 'The same as warnings; and what was not compared, and why' }),
});

export const gateRoutes = {
  compareTelephones: route({
    method: 'POST',
    url: '/api/gate/telephones',
    summary:
      'Which telephones would receive other files if one channel’s offer became another’s, before it is promoted',
    permission: 'channel-promote',
    bodyLimit: 64 * 1024 * 1024,
    body: Type.Object(
      {
        from: Type.String(),
        to: Type.String(),
        select: Type.Array(Type.String(), { description: 'Families or plugins; empty: all that differ' }),
        devices: Type.Array(Row, { description: 'As an old server answers under dev_mgr/devices' }),
        configs: Type.Array(Row, { description: 'As an old server answers under cfg_mgr/configs' }),
      },
      { additionalProperties: false },
    ),
    reply: TelephoneReport,
  }),
  passGate: route({
    method: 'POST',
    url: '/api/gate',
    summary: 'Plan a package over the processes here, in memory, and answer numbers only: for the gate of a promotion',
    permission: 'plan-make',
    query: Type.Object({ for: Type.Optional(Dialect) }),
    files: ['package'],
    reply: GateReport,
  }),
};
