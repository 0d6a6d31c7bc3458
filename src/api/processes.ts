import { type Static, Type } from 'typebox';
import type { ProcessDocument } from '../process/index.ts';
import { IdParams, Nullable, OneOf, Open, Paged, PageQuery, Problem, route, Time } from './route.ts';
import { Label } from './waves.ts';

const processKinds = ['component', 'template', 'generic'] as const;

export const ProcessSummary = Type.Object({
  id: Type.String(),
  name: Type.String({ description: 'A draft’s ends in " (draft)"' }),
  kind: OneOf(processKinds),
  owner: Nullable(Type.String({ description: 'The component or template that holds it' })),
  draft: Type.Boolean({ description: 'Not promoted yet; the process of the same name stands beside it' }),
  description: Type.String(),
  version: Type.Integer({ description: 'Latest process version' }),
  plugins: Type.Array(
    Type.Object({
      id: Nullable(Type.String()),
      name: Type.String(),
      version: Type.Integer(),
      missing: Type.Boolean({ description: 'Not installed, or not in this version' }),
    }),
  ),
  unresolved: Type.Boolean({ description: 'Uses a plugin that is not installed' }),
  labels: Type.Array(Type.String(), { description: 'By which waves of an upgrade choose' }),
  changedAt: Time,
  changedBy: Type.String(),
});
export type ProcessSummary = Static<typeof ProcessSummary>;

const ProcessUse = Type.Object({
  activity: Type.String(),
  stepType: Type.String(),
  pluginId: Nullable(Type.String()),
  pluginName: Type.String(),
  pluginVersion: Type.Integer(),
});

export const ProcessDetail = Type.Object({
  ...ProcessSummary.properties,
  shown: Type.Object(
    { version: Type.Integer(), at: Time, by: Type.String(), reason: Type.String(), plan: Nullable(Type.String()) },
    { description: 'The version whose document this is' },
  ),
  uses: Type.Array(ProcessUse),
  document: Open<ProcessDocument>('The process as its export writes it; secure values are shown as {"secret": true}'),
  problems: Type.Array(Problem),
});
export type ProcessDetail = Static<typeof ProcessDetail>;

const Why = Type.String({ maxLength: 1000, description: 'Kept with the version and in the activity' });

export const ProcessVersion = Type.Object({
  version: Type.Integer(),
  at: Time,
  by: Type.String(),
  why: Type.String({ description: 'The words of the person who saved it; else how it came about, such as `edited`' }),
  plan: Nullable(Type.String({ description: 'The plan that made it' })),
  pinnedBy: Type.Array(Type.String(), { description: 'Snapshots that hold it' }),
});
export type ProcessVersion = Static<typeof ProcessVersion>;

/** One difference between two versions; `activity` is null for the process's own fields. */
const ProcessDifference = Type.Object({
  activity: Nullable(Type.String()),
  change: OneOf(['added', 'removed', 'changed'] as const),
  field: Nullable(Type.String({ description: 'Such as `properties.user`, `pluginVersion`, `edges`' })),
  before: Nullable(Type.String()),
  after: Nullable(Type.String()),
});

export const ProcessDiff = Type.Object({
  process: Type.Object({ id: Type.String(), name: Type.String() }),
  from: Type.Integer(),
  to: Type.Integer(),
  differences: Type.Array(ProcessDifference),
  summary: Type.String({ description: 'The differences as lines of text; empty where there is none' }),
  text: Type.String({ description: 'Unified diff of the two documents, indented' }),
  before: Open<ProcessDocument>('Process document'),
  after: Open<ProcessDocument>('Process document'),
});
export type ProcessDiff = Static<typeof ProcessDiff>;

export const Imported = Type.Object({
  created: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  changed: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), version: Type.Integer() })),
  unchanged: Type.Integer(),
  unresolved: Type.Array(
    Type.Object({
      name: Type.String(),
      plugin: Type.String(),
      pluginName: Type.String(),
      pluginVersion: Type.Integer(),
      missing: OneOf(['plugin', 'version'] as const),
    }),
    { description: 'Uses of plugins that are not installed here, or not in this version' },
  ),
  problems: Type.Array(Problem),
});
export type Imported = Static<typeof Imported>;

export const Snapshot = Type.Object({
  id: Type.String(),
  name: Type.String(),
  at: Time,
  by: Type.String(),
  processes: Type.Integer(),
  note: Type.String(),
});
export type Snapshot = Static<typeof Snapshot>;

export const SnapshotDetail = Type.Object({
  ...Snapshot.properties,
  pinned: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), owner: Nullable(Type.String()), version: Type.Integer() }),
  ),
  uses: Type.Array(
    Type.Object({ pluginId: Nullable(Type.String()), pluginName: Type.String(), version: Type.Integer() }),
    { description: 'Plugin versions that stay installed for it' },
  ),
});

const VersionParams = Type.Object({ id: Type.String(), version: Type.Integer() });
const Document = Open<ProcessDocument>('Process document');
const Saved = Type.Object({ id: Type.String(), version: Type.Integer(), problems: Type.Array(Problem) });

export const processRoutes = {
  listProcesses: route({
    method: 'GET',
    url: '/api/processes',
    summary: 'Processes, by name, plugin, step type, plugin version or kind',
    permission: 'read',
    query: Type.Object({
      search: Type.Optional(Type.String({ description: 'Part of the name or owner' })),
      plugin: Type.Optional(Type.String()),
      stepType: Type.Optional(Type.String()),
      version: Type.Optional(Type.Integer({ description: 'Plugin version that a use stands at' })),
      kind: Type.Optional(OneOf(processKinds)),
      label: Type.Optional(Type.String()),
      unresolved: Type.Optional(Type.Boolean()),
      ...PageQuery,
    }),
    reply: Paged(ProcessSummary),
  }),
  createProcess: route({
    method: 'POST',
    url: '/api/processes',
    summary: 'Store a new process as version 1',
    permission: 'process-edit',
    byOwner: true,
    body: Type.Object(
      {
        kind: OneOf(processKinds),
        owner: Type.Optional(Nullable(Type.String())),
        document: Document,
        why: Type.Optional(Why),
      },
      { additionalProperties: false },
    ),
    reply: Saved,
    status: 201,
  }),
  importProcesses: route({
    method: 'POST',
    url: '/api/processes/import',
    summary:
      'Import exports: processes, components, templates or applications; every file is read before the first is stored. A field `why` is kept in the activity',
    permission: 'process-edit',
    byOwner: true,
    files: ['file'],
    reply: Imported,
  }),
  exportProcesses: route({
    method: 'POST',
    url: '/api/processes/export',
    summary: 'One document with the chosen processes, or all of them, in JSON or YAML',
    permission: 'read',
    body: Type.Object(
      {
        ids: Nullable(Type.Array(Type.String())),
        format: Type.Optional(
          OneOf(['json', 'yaml', 'as-imported'] as const, {
            description: 'Left out: as the header Accept says, else as imported',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    streams: 'application/json',
  }),
  checkProcess: route({
    method: 'POST',
    url: '/api/processes/check',
    summary: 'What is wrong with a document: graph, references, unknown step types; nothing is stored',
    permission: 'read',
    body: Type.Object({ document: Document }, { additionalProperties: false }),
    reply: Type.Array(Problem),
  }),
  showProcess: route({
    method: 'GET',
    url: '/api/processes/:id',
    summary: 'One process, named by id, name or owner/name: its latest version, or another one',
    permission: 'read',
    params: IdParams,
    query: Type.Object({ version: Type.Optional(Type.Integer()) }),
    reply: ProcessDetail,
  }),
  saveProcess: route({
    method: 'PUT',
    url: '/api/processes/:id',
    summary: 'Save a new version; refused with process-edited when somebody saved after `expectedVersion`',
    permission: 'process-edit',
    byOwner: true,
    params: IdParams,
    body: Type.Object(
      { expectedVersion: Type.Integer(), document: Document, why: Type.Optional(Why) },
      { additionalProperties: false },
    ),
    reply: Saved,
  }),
  deleteProcess: route({
    method: 'DELETE',
    url: '/api/processes/:id',
    summary: 'Take a process out of the catalogue; its versions stay in the history',
    permission: 'process-edit',
    byOwner: true,
    params: IdParams,
  }),
  listVersions: route({
    method: 'GET',
    url: '/api/processes/:id/versions',
    summary: 'Who changed it when and why, newest first',
    permission: 'read',
    params: IdParams,
    reply: Type.Array(ProcessVersion),
  }),
  showVersion: route({
    method: 'GET',
    url: '/api/processes/:id/versions/:version',
    summary: 'The document of one version',
    permission: 'read',
    params: VersionParams,
    reply: Document,
  }),
  diffVersions: route({
    method: 'GET',
    url: '/api/processes/:id/diff',
    summary: 'What differs between two versions; the latest and the one before unless others are named',
    permission: 'read',
    params: IdParams,
    query: Type.Object({ from: Type.Optional(Type.Integer()), to: Type.Optional(Type.Integer()) }),
    reply: ProcessDiff,
  }),
  listLabels: route({
    method: 'GET',
    url: '/api/labels',
    summary: 'Every label that processes have, by which waves of an upgrade choose',
    permission: 'read',
    reply: Type.Array(Type.Object({ label: Type.String(), processes: Type.Integer() })),
  }),
  changeLabels: route({
    method: 'POST',
    url: '/api/labels',
    summary: 'Give several processes a label, or take it from them; their other labels stay',
    permission: 'process-edit',
    byOwner: true,
    body: Type.Object(
      {
        processes: Type.Array(Type.String(), { maxItems: 10_000 }),
        give: Type.Optional(Label),
        take: Type.Optional(Label),
      },
      { additionalProperties: false },
    ),
    reply: Type.Object({ changed: Type.Integer() }),
  }),
  listSnapshots: route({
    method: 'GET',
    url: '/api/snapshots',
    summary: 'Snapshots, newest first',
    permission: 'read',
    reply: Type.Array(Snapshot),
  }),
  createSnapshot: route({
    method: 'POST',
    url: '/api/snapshots',
    summary: 'Pin the present versions of some or all processes under a name',
    permission: 'process-edit',
    body: Type.Object(
      {
        name: Type.String({ minLength: 1 }),
        processes: Type.Optional(Type.Array(Type.String())),
        note: Type.Optional(Type.String({ maxLength: 1000 })),
      },
      { additionalProperties: false },
    ),
    reply: Snapshot,
    status: 201,
  }),
  showSnapshot: route({
    method: 'GET',
    url: '/api/snapshots/:id',
    summary: 'One snapshot, named by id or name: the versions that it pins and the plugins that it keeps',
    permission: 'read',
    params: IdParams,
    reply: SnapshotDetail,
  }),
};
