import { Type } from 'typebox';
import { Dialect, PlanTotals } from './plans.ts';
import { Nullable, route } from './route.ts';

/** Numbers only: no name, value or text of a process leaves the server. */
const GateReport = Type.Object({
  plugin: Nullable(Type.Object({ id: Type.String(), version: Type.Integer() })),
  totals: Nullable(PlanTotals),
  errors: Type.Integer({ description: 'Problems that forbid the upgrade here' }),
  clean: Type.Boolean({ description: 'No error, and nothing that a person would be asked' }),
});

export const gateRoutes = {
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
