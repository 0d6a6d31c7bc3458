import { type Static, Type } from 'typebox';
import { Dialect, PlanTotals } from './plans.ts';
import { ErrorReply, Nullable, route } from './route.ts';

const ServerTotals = Type.Object({
  uses: Type.Integer(),
  carried: Type.Integer(),
  renamed: Type.Integer(),
  deleted: Type.Integer(),
  pinned: Type.Integer(),
  chosenDropped: Type.Integer({ description: 'Values that somebody chose and that go' }),
  notKnown: Type.Integer({ description: 'Values of which nobody told what becomes of them' }),
});

const PreviewReport = Type.Object({
  server: Type.Object({ url: Type.String(), version: Nullable(Type.String()) }),
  plugin: Type.Object({
    id: Type.String(),
    name: Type.String(),
    to: Type.Integer(),
    installed: Nullable(Type.Integer({ description: 'What the server has now' })),
  }),
  rules: Type.String({ description: 'Whose rules were taken for that server' }),
  counts: Type.Object({
    components: Type.Integer(),
    templates: Type.Integer(),
    applications: Type.Integer(),
    processes: Type.Integer(),
    requests: Type.Integer(),
  }),
  totals: Type.Object({ server: ServerTotals, lockstep: PlanTotals }),
  groups: Type.Array(
    Type.Object({
      id: Type.String(),
      server: Type.String({ description: 'What that server will do' }),
      lockstep: Type.String({ description: 'What Lockstep would do' }),
      lost: Type.Boolean(),
      processes: Type.Array(Type.String({ description: 'Owner and name' })),
    }),
  ),
  applicationProcesses: Type.Array(Type.String()),
  notKnown: Type.Array(Type.String()),
  unread: Type.Array(Type.Object({ what: Type.String(), reason: Type.String() })),
});

/** One line of the answer. */
const PreviewLine = Type.Union([
  Type.Object({ done: Type.Integer(), total: Type.Integer() }),
  Type.Object({
    report: PreviewReport,
    files: Type.Object({ html: Type.String(), csv: Type.String(), json: Type.String() }),
  }),
  ErrorReply,
]);
export type PreviewLine = Static<typeof PreviewLine>;
export type PreviewReport = Static<typeof PreviewReport>;

export const previewRoutes = {
  previewServer: route({
    method: 'POST',
    url: '/api/preview',
    summary:
      'Read another server, with GET alone, and say what an upgrade would do there and here. Fields: `url`, and `token`, which is neither kept nor logged; `package` is the new version. Answers lines of JSON: `done` and `total` as it goes on, then `report` with `files`, or `error`',
    permission: 'settings-edit',
    query: Type.Object({ for: Type.Optional(Dialect) }),
    files: ['package'],
    streams: 'application/x-ndjson',
    perMinute: 30,
  }),
};
