import { type Static, Type } from 'typebox';
import type { PluginDefinition, StepType } from '../plugin/index.ts';
import { Operation } from './operations.ts';
import { FileChange, PluginChanges, TemplateConflict, UserFiles } from './plugin-files.ts';
import { IdParams, Nullable, OneOf, Open, Paged, PageQuery, Problem, route, Time } from './route.ts';

export const PluginSummary = Type.Object({
  id: Type.String(),
  name: Type.String({ description: 'Display name; the id where there is none' }),
  description: Type.String({ description: "In the server's locale. Old descriptions hold markup: show it as text" }),
  installed: Nullable(Type.String({ description: 'Active version' })),
  offered: Nullable(Type.String({ description: "Version in the channel's offer" })),
  size: Nullable(Type.Integer({ description: 'Bytes of the offered package' })),
  upgradeable: Type.Boolean(),
  /** Edited in place since it was installed. */
  modified: Type.Boolean(),
  /** Why its folder cannot be read. */
  broken: Nullable(Type.String()),
  stepTypes: Type.Integer(),
  /** Processes that use it. */
  processes: Type.Integer(),
  behind: Type.Integer({ description: 'Processes of these with a use at a lower version than the active one' }),
  templateConflicts: Type.Integer(),
  /** The channel withdrew the installed version. */
  withdrawn: Nullable(
    Type.Object({ version: Type.String(), reason: Type.String(), replacement: Nullable(Type.String()), when: Time }),
  ),
  /** What the lifecycle.xml of the active version says of the plugin as a whole. */
  deprecated: Nullable(
    Type.Object({
      since: Type.String(),
      text: Type.String(),
      use: Nullable(Type.String({ description: 'What replaces it' })),
    }),
  ),
  successor: Nullable(Type.String({ description: 'Id of the plugin that takes over' })),
});
export type PluginSummary = Static<typeof PluginSummary>;

const InstalledVersion = Type.Object({
  version: Type.String(),
  active: Type.Boolean(),
  digest: Type.String(),
  installedAt: Time,
  installedBy: Type.String(),
  /** Uses that stand at this version. */
  uses: Type.Integer(),
});

/** A plugin as the catalogue keeps it: every version, also those that are uninstalled. */
export const StoredPlugin = Type.Object({
  id: Type.String(),
  name: Type.String(),
  activeVersion: Nullable(Type.String()),
  versions: Type.Array(
    Type.Object({
      version: Type.String(),
      number: Nullable(Type.Integer({ description: 'Of plugin.xml; null without step types' })),
      state: OneOf(['active', 'side-by-side', 'ghosted'] as const),
      name: Type.String(),
      digest: Type.String(),
      installedAt: Time,
      installedBy: Type.String(),
      /** By its channel, as the last list said; null: it was not. */
      withdrawn: Nullable(
        Type.Object({ reason: Type.String(), replacement: Nullable(Type.String()), when: Type.String() }),
      ),
    }),
    { description: 'Newest first' },
  ),
  problems: Type.Array(Problem),
});

export const StoredPluginDetail = Type.Object({
  ...StoredPlugin.properties,
  definition: Nullable(Open<PluginDefinition>('plugin.xml of the version asked for, or of the active one')),
  upgradeFile: Nullable(Open<object>('upgrade.xml of that version')),
  info: Nullable(Open<object>('plugin-info of the active version')),
  usage: Type.Object({
    processCount: Type.Integer(),
    below: Type.Integer({ description: 'Processes with a step below the active version' }),
    processes: Type.Array(
      Type.Object({ id: Type.String(), name: Type.String(), version: Type.Integer(), uses: Type.Integer() }),
    ),
    snapshots: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), version: Type.Integer() })),
  }),
});

export const PluginDetail = Type.Object({
  ...PluginSummary.properties,
  /** plugin-info as it stands; null for a step plugin without one. */
  info: Nullable(Open<Record<string, unknown>>('plugin-info')),
  capabilities: Type.Array(
    Type.Object({ vendor: Type.String(), model: Type.String(), firmware: Type.String(), values: Open('Capabilities') }),
  ),
  versions: Type.Array(InstalledVersion),
  stepTypeNames: Type.Array(Type.String()),
  problems: Type.Array(Problem),
});
export type PluginDetail = Static<typeof PluginDetail>;

const Covering = Type.Object({
  id: Type.String(),
  version: Type.String(),
  installed: Type.Boolean(),
  capability: Type.String({ description: '"Vendor, Model, Firmware" as declared' }),
  match: OneOf(['exact', 'model', 'vendor', 'any'] as const),
});

/** What an ended install or upgrade tells. */
export const InstalledRelease = Type.Object({
  id: Type.String(),
  version: Type.String(),
  former: Nullable(Type.String()),
  outcome: OneOf(['installed', 'replaced', 'unchanged'] as const),
  active: Type.Boolean(),
  notes: Type.Array(Problem),
  plan: Nullable(Type.String({ description: 'The plan that waits' })),
  why: Nullable(Type.String({ description: 'Why it waits' })),
  conflicts: Type.Integer({ description: 'Customised templates that could not be merged' }),
  userFiles: Nullable(UserFiles),
});
export type InstalledRelease = Static<typeof InstalledRelease>;

/** What an upgrade answers: work under way, or a plan whose questions come first. */
export const UpgradeStarted = Type.Object({
  operation: Nullable(Operation),
  plan: Nullable(Type.String({ description: 'Plan to look at, answer and apply: processes use this plugin' })),
});
export type UpgradeStarted = Static<typeof UpgradeStarted>;

/** A step type as the designer's palette offers it: newest active version of its plugin. */
export const PaletteEntry = Type.Object({
  pluginId: Type.String(),
  pluginName: Type.String(),
  pluginVersion: Type.Integer(),
  /** "Folder/Sub/Name" */
  tag: Nullable(Type.String()),
  stepType: Open<StepType>('Step type with its properties'),
  uses: Type.Integer(),
});
export type PaletteEntry = Static<typeof PaletteEntry>;

export const WhereUsed = Type.Object({
  processId: Type.String(),
  processName: Type.String(),
  kind: OneOf(['component', 'template', 'generic'] as const),
  owner: Nullable(Type.String()),
  activity: Type.String(),
  stepType: Type.String(),
  pluginVersion: Type.Integer(),
});
export type WhereUsed = Static<typeof WhereUsed>;

export const pluginRoutes = {
  listPlugins: route({
    method: 'GET',
    url: '/api/plugins',
    summary: 'Installed, available and upgradeable plugins; search looks in id and description',
    permission: 'read',
    query: Type.Object({
      state: Type.Optional(OneOf(['all', 'installed', 'available', 'upgradeable', 'broken', 'modified'] as const)),
      search: Type.Optional(Type.String()),
      offset: Type.Optional(Type.Integer({ minimum: 0 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'All that fit unless given' })),
    }),
    reply: Type.Object({
      items: Type.Array(PluginSummary),
      total: Type.Integer({ description: 'How many fit' }),
      counts: Type.Record(Type.String(), Type.Integer(), {
        description: 'State → how many of those that the search finds',
      }),
      /** Null: the list was never fetched. */
      updatedAt: Nullable(Time),
      problems: Type.Array(Problem, { description: 'Entries of the index that were left out' }),
    }),
  }),
  updateList: route({
    method: 'POST',
    url: '/api/plugins/update',
    summary: 'Fetch the list from the plugin server',
    permission: 'plugin-manage',
    reply: Operation,
    status: 202,
  }),
  listStored: route({
    method: 'GET',
    url: '/api/plugins/stored',
    summary: 'Installed plugins with every version of each; `all`: uninstalled ones too',
    permission: 'read',
    query: Type.Object({ all: Type.Optional(Type.Boolean()) }),
    reply: Type.Array(StoredPlugin),
  }),
  showStored: route({
    method: 'GET',
    url: '/api/plugins/:id/stored',
    summary: 'One plugin, named by id or display name: its versions, its step types and who uses it',
    permission: 'read',
    params: IdParams,
    query: Type.Object({ version: Type.Optional(Type.Integer()) }),
    reply: StoredPluginDetail,
  }),
  uploadPlugin: route({
    method: 'POST',
    url: '/api/plugins/upload',
    summary:
      'Install a package that is sent with the request; migrates no process by itself. Fields: `beside` (stays inactive), `rename` (accept another display name), `force` (a server for development), each `true`',
    permission: 'plugin-manage',
    files: ['file'],
    reply: Operation,
    status: 202,
  }),
  findByDevice: route({
    method: 'GET',
    url: '/api/plugins/supporting',
    summary: 'Which installed or available plugin covers a device',
    permission: 'read',
    query: Type.Object({
      vendor: Type.String(),
      model: Type.Optional(Type.String()),
      firmware: Type.Optional(Type.String()),
    }),
    reply: Type.Array(Covering),
  }),
  showPlugin: route({
    method: 'GET',
    url: '/api/plugins/:id',
    summary: 'One plugin with its installed versions',
    permission: 'read',
    params: IdParams,
    reply: PluginDetail,
  }),
  showChanges: route({
    method: 'GET',
    url: '/api/plugins/:id/changes',
    summary: 'What the offered version (or `to`) changes against the active one (or `from`)',
    permission: 'read',
    params: IdParams,
    query: Type.Object({ from: Type.Optional(Type.String()), to: Type.Optional(Type.String()) }),
    reply: PluginChanges,
  }),
  showDefinition: route({
    method: 'GET',
    url: '/api/plugins/:id/definition',
    summary: 'The step types that a version declares; the active one unless `version` says otherwise',
    permission: 'read',
    params: IdParams,
    query: Type.Object({ version: Type.Optional(Type.Integer()) }),
    reply: Open<PluginDefinition>('plugin.xml as a value'),
  }),
  installPlugin: route({
    method: 'POST',
    url: '/api/plugins/:id/install',
    summary: 'Install the offered version',
    permission: 'plugin-manage',
    params: IdParams,
    reply: Operation,
    status: 202,
  }),
  upgradePlugin: route({
    method: 'POST',
    url: '/api/plugins/:id/upgrade',
    summary: 'Upgrade to the offered version; where processes use the plugin, answers a plan to apply',
    permission: 'plugin-manage',
    params: IdParams,
    body: Type.Optional(
      Type.Object(
        { onUnlisted: Type.Optional(OneOf(['delete', 'pin', 'carry'] as const)) },
        { additionalProperties: false },
      ),
    ),
    reply: UpgradeStarted,
    status: 202,
  }),
  uninstallPlugin: route({
    method: 'POST',
    url: '/api/plugins/:id/uninstall',
    summary:
      'Uninstall it or one of its versions; refused while processes use it unless forced; user files are kept aside',
    permission: 'plugin-manage',
    params: IdParams,
    body: Type.Optional(
      Type.Object(
        {
          force: Type.Optional(Type.Boolean()),
          version: Type.Optional(Type.String({ description: 'Only this one' })),
          why: Type.Optional(Type.String({ maxLength: 1000, description: 'In your words: kept in the activity' })),
        },
        { additionalProperties: false },
      ),
    ),
    reply: Operation,
    status: 202,
  }),
  reloadPlugin: route({
    method: 'POST',
    url: '/api/plugins/:id/reload',
    summary: 'Take what was edited in place; what cannot be read changes nothing and says why',
    permission: 'plugin-manage',
    params: IdParams,
    reply: Operation,
    status: 202,
  }),
  showModified: route({
    method: 'GET',
    url: '/api/plugins/:id/modified',
    summary: 'Files edited in place, against the package',
    permission: 'read',
    params: IdParams,
    reply: Type.Array(FileChange),
  }),
  exportPatch: route({
    method: 'GET',
    url: '/api/plugins/:id/patch',
    summary: 'What was edited in place, as a patch for its family',
    permission: 'read',
    params: IdParams,
    streams: 'text/x-diff',
  }),
  listTemplateConflicts: route({
    method: 'GET',
    url: '/api/plugins/:id/templates',
    summary: 'Customised templates that the active version changed too',
    permission: 'read',
    params: IdParams,
    reply: Type.Array(TemplateConflict),
  }),
  resolveTemplate: route({
    method: 'POST',
    url: '/api/plugins/:id/templates',
    summary: 'Settle one conflict',
    permission: 'plugin-manage',
    params: IdParams,
    body: Type.Object(
      {
        path: Type.String(),
        take: OneOf(['mine', 'theirs', 'text'] as const),
        text: Type.Optional(Type.String({ description: 'With take: text' })),
      },
      { additionalProperties: false },
    ),
    reply: Type.Array(TemplateConflict),
  }),
  listStepTypes: route({
    method: 'GET',
    url: '/api/step-types',
    summary: 'The palette: every step type of every active plugin',
    permission: 'read',
    query: Type.Object({ search: Type.Optional(Type.String()) }),
    reply: Type.Array(PaletteEntry),
  }),
  whereUsed: route({
    method: 'GET',
    url: '/api/step-types/uses',
    summary: 'Where a plugin, a step type or a plugin version is used',
    permission: 'read',
    query: Type.Object({
      plugin: Type.String(),
      stepType: Type.Optional(Type.String()),
      version: Type.Optional(Type.Integer()),
      property: Type.Optional(Type.String({ description: 'Only uses that hold a value for it' })),
      ...PageQuery,
    }),
    reply: Paged(WhereUsed),
  }),
};
