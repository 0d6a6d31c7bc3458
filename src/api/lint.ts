import { type Static, Type } from 'typebox';
import { Dialect, PlanGroup, PlanTotals } from './plans.ts';
import { Nullable, Problem, route } from './route.ts';

export const LintReport = Type.Object({
  plugin: Nullable(Type.Object({ id: Type.String(), name: Type.String() })),
  from: Nullable(Type.Integer()),
  to: Nullable(Type.Integer()),
  for: Nullable(Dialect),
  findings: Type.Array(Problem, { description: '`where.file` names one of `files`' }),
  files: Type.Array(Type.Object({ name: Type.String(), text: Type.String() }), {
    description: 'The XML texts that findings point into',
  }),
  proposed: Nullable(
    Type.Object({
      upgradeXml: Type.String(),
      guesses: Type.Array(Type.String(), { description: 'Renames found by similarity, to be confirmed' }),
    }),
  ),
  /** What the uploaded upgrade file (or, where it cannot be read, the proposed one) would do here. */
  effect: Nullable(
    Type.Object({
      with: Type.String(),
      totals: PlanTotals,
      groups: Type.Array(PlanGroup),
      problems: Type.Array(Problem),
    }),
  ),
});
export type LintReport = Static<typeof LintReport>;

export const lintRoutes = {
  lintPackages: route({
    method: 'POST',
    url: '/api/lint',
    summary: 'Compare an old and a new package: findings, a proposed upgrade.xml, and the effect on the processes here',
    permission: 'plan-make',
    query: Type.Object({ for: Type.Optional(Dialect) }),
    files: ['old', 'new'],
    reply: LintReport,
  }),
};
