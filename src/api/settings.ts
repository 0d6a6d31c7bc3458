import { type Static, Type } from 'typebox';
import { Operation } from './operations.ts';
import { Nullable, OneOf, Problem, route, Time } from './route.ts';

export const Setting = Type.Object({
  name: Type.String({ description: 'plugin_server, cache_plugin, cache_dir, plugins_dir, locale, http_proxy, …' }),
  kind: OneOf(['url', 'boolean', 'folder', 'text'] as const),
  description: Type.String(),
  value: Nullable(Type.Union([Type.String(), Type.Boolean()])),
  source: OneOf(['default', 'file', 'environment', 'flag', 'stored'] as const, {
    description: '`stored`: set in the page, the shell or the API; it wins',
  }),
  editable: Type.Boolean(),
});
export type Setting = Static<typeof Setting>;

export const TriedUrl = Type.Object({
  url: Type.String(),
  reachable: Type.Boolean(),
  reason: Nullable(Type.String({ description: 'Why it cannot be used, and what to do' })),
  plugins: Type.Integer({ description: 'How many the channel offers' }),
  newPlugins: Type.Integer({ description: 'Of these, not installed here' }),
  upgrades: Type.Integer({ description: 'Of these, newer than what is installed here' }),
  signed: Type.Boolean(),
  changedAt: Nullable(Time),
  problems: Type.Array(Problem, { description: 'Entries that would be left out' }),
});
export type TriedUrl = Static<typeof TriedUrl>;

export const Cache = Type.Object({ files: Type.Integer(), bytes: Type.Integer() });
export type Cache = Static<typeof Cache>;

const NameParams = Type.Object({ name: Type.String() });

export const settingRoutes = {
  listSettings: route({
    method: 'GET',
    url: '/api/settings',
    summary: 'Every setting with its value and where it comes from',
    permission: 'read',
    reply: Type.Array(Setting),
  }),
  changeSetting: route({
    method: 'PUT',
    url: '/api/settings/:name',
    summary: 'Set one; takes effect at once and is kept',
    permission: 'settings-edit',
    params: NameParams,
    body: Type.Object(
      { value: Nullable(Type.Union([Type.Boolean(), Type.String()])) },
      { additionalProperties: false },
    ),
    reply: Setting,
  }),
  resetSetting: route({
    method: 'DELETE',
    url: '/api/settings/:name',
    summary: 'Forget the stored value: file, environment or default hold again',
    permission: 'settings-edit',
    params: NameParams,
    reply: Setting,
  }),
  tryPluginServer: route({
    method: 'POST',
    url: '/api/settings/plugin_server/try',
    summary: 'What the channel at a URL offers; nothing is changed',
    permission: 'settings-edit',
    body: Type.Object({ url: Type.String() }, { additionalProperties: false }),
    reply: TriedUrl,
  }),
  showCache: route({
    method: 'GET',
    url: '/api/cache',
    summary: 'How much the package cache holds',
    permission: 'read',
    reply: Cache,
  }),
  clearCache: route({
    method: 'DELETE',
    url: '/api/cache',
    summary: 'Empty the package cache; answers what it held',
    permission: 'settings-edit',
    reply: Cache,
  }),
  loadExamples: route({
    method: 'POST',
    url: '/api/examples',
    summary: 'Install the example plugin and import its processes, for a first visit',
    permission: 'plugin-manage',
    reply: Operation,
    status: 202,
  }),
};
