import { basePath } from './base-path.ts';
import { api } from './client.ts';
import type { Api, Call } from './types.ts';

type Reply<R extends keyof Api, N extends keyof Api[R]> = Call<R, N>['reply'];
type Query<R extends keyof Api, N extends keyof Api[R]> = Call<R, N>['query'];
type Body<R extends keyof Api, N extends keyof Api[R]> = Call<R, N>['body'];

const part = encodeURIComponent;

export const session = {
  show: () => api.get<Reply<'session', 'showSession'>>('/session'),
  signIn: (body: Body<'session', 'signIn'>) => api.post<Reply<'session', 'signIn'>>('/session', body),
  signOut: () => api.delete<null>('/session'),
  changePassword: (body: Body<'session', 'changePassword'>) => api.put<null>('/session/password', body),
};

export const overview = {
  show: () => api.get<Reply<'overview', 'showOverview'>>('/overview'),
  inbox: () => api.get<Reply<'overview', 'showInbox'>>('/inbox'),
};

export const settings = {
  list: () => api.get<Reply<'settings', 'listSettings'>>('/settings'),
  change: (name: string, value: string | boolean | null) =>
    api.put<Reply<'settings', 'changeSetting'>>(`/settings/${part(name)}`, { value }),
  reset: (name: string) => api.delete<Reply<'settings', 'resetSetting'>>(`/settings/${part(name)}`),
  tryPluginServer: (url: string) =>
    api.post<Reply<'settings', 'tryPluginServer'>>('/settings/plugin_server/try', { url }),
  cache: () => api.get<Reply<'settings', 'showCache'>>('/cache'),
  clearCache: () => api.delete<Reply<'settings', 'clearCache'>>('/cache'),
  loadExamples: () => api.post<Reply<'settings', 'loadExamples'>>('/examples'),
};

export const plugins = {
  list: (query: Query<'plugins', 'listPlugins'>) => api.get<Reply<'plugins', 'listPlugins'>>('/plugins', query),
  update: () => api.post<Reply<'plugins', 'updateList'>>('/plugins/update'),
  upload: (file: File) => api.upload<Reply<'plugins', 'uploadPlugin'>>('/plugins/upload', formOf({ file: [file] })),
  supporting: (query: Query<'plugins', 'findByDevice'>) =>
    api.get<Reply<'plugins', 'findByDevice'>>('/plugins/supporting', query),
  show: (id: string) => api.get<Reply<'plugins', 'showPlugin'>>(`/plugins/${part(id)}`),
  changes: (id: string, query: Query<'plugins', 'showChanges'> = {}) =>
    api.get<Reply<'plugins', 'showChanges'>>(`/plugins/${part(id)}/changes`, query),
  definition: (id: string, version?: number) =>
    api.get<Reply<'plugins', 'showDefinition'>>(`/plugins/${part(id)}/definition`, { version }),
  install: (id: string) => api.post<Reply<'plugins', 'installPlugin'>>(`/plugins/${part(id)}/install`),
  upgrade: (id: string) => api.post<Reply<'plugins', 'upgradePlugin'>>(`/plugins/${part(id)}/upgrade`),
  uninstall: (id: string, force: boolean) =>
    api.post<Reply<'plugins', 'uninstallPlugin'>>(`/plugins/${part(id)}/uninstall`, { force }),
  reload: (id: string) => api.post<Reply<'plugins', 'reloadPlugin'>>(`/plugins/${part(id)}/reload`),
  modified: (id: string) => api.get<Reply<'plugins', 'showModified'>>(`/plugins/${part(id)}/modified`),
  patchAddress: (id: string) => `${basePath}/api/plugins/${part(id)}/patch`,
  templates: (id: string) => api.get<Reply<'plugins', 'listTemplateConflicts'>>(`/plugins/${part(id)}/templates`),
  resolveTemplate: (id: string, body: Body<'plugins', 'resolveTemplate'>) =>
    api.post<Reply<'plugins', 'resolveTemplate'>>(`/plugins/${part(id)}/templates`, body),
  stepTypes: (search?: string) => api.get<Reply<'plugins', 'listStepTypes'>>('/step-types', { search }),
  whereUsed: (query: Query<'plugins', 'whereUsed'>) =>
    api.get<Reply<'plugins', 'whereUsed'>>('/step-types/uses', query),
};

export const operations = {
  list: () => api.get<Reply<'operations', 'listOperations'>>('/operations'),
  show: (id: string, wait?: number) =>
    api.get<Reply<'operations', 'showOperation'>>(`/operations/${part(id)}`, { wait }),
  cancel: (id: string) => api.delete<null>(`/operations/${part(id)}`),
};

export const processes = {
  list: (query: Query<'processes', 'listProcesses'>) =>
    api.get<Reply<'processes', 'listProcesses'>>('/processes', query),
  create: (body: Body<'processes', 'createProcess'>) =>
    api.post<Reply<'processes', 'createProcess'>>('/processes', body),
  import: (files: readonly File[]) =>
    api.upload<Reply<'processes', 'importProcesses'>>('/processes/import', formOf({ file: files })),
  check: (document: Body<'processes', 'checkProcess'>['document']) =>
    api.post<Reply<'processes', 'checkProcess'>>('/processes/check', { document }),
  show: (id: string) => api.get<Reply<'processes', 'showProcess'>>(`/processes/${part(id)}`),
  save: (id: string, body: Body<'processes', 'saveProcess'>) =>
    api.put<Reply<'processes', 'saveProcess'>>(`/processes/${part(id)}`, body),
  delete: (id: string) => api.delete<null>(`/processes/${part(id)}`),
  label: (id: string, labels: readonly string[]) =>
    api.put<Reply<'plans', 'labelProcess'>>(`/processes/${part(id)}/labels`, { labels }),
  labels: () => api.get<Reply<'processes', 'listLabels'>>('/labels'),
  changeLabels: (body: Body<'processes', 'changeLabels'>) =>
    api.post<Reply<'processes', 'changeLabels'>>('/labels', body),
  versions: (id: string) => api.get<Reply<'processes', 'listVersions'>>(`/processes/${part(id)}/versions`),
  version: (id: string, version: number) =>
    api.get<Reply<'processes', 'showVersion'>>(`/processes/${part(id)}/versions/${version}`),
  diff: (id: string, from: number, to: number) =>
    api.get<Reply<'processes', 'diffVersions'>>(`/processes/${part(id)}/diff`, { from, to }),
  snapshots: () => api.get<Reply<'processes', 'listSnapshots'>>('/snapshots'),
  createSnapshot: (body: Body<'processes', 'createSnapshot'>) =>
    api.post<Reply<'processes', 'createSnapshot'>>('/snapshots', body),
  snapshot: (id: string) => api.get<Reply<'processes', 'showSnapshot'>>(`/snapshots/${part(id)}`),
};

export const plans = {
  list: (query: Query<'plans', 'listPlans'>) => api.get<Reply<'plans', 'listPlans'>>('/plans', query),
  create: (body: Body<'plans', 'createPlan'>) => api.post<Reply<'plans', 'createPlan'>>('/plans', body),
  show: (id: string) => api.get<Reply<'plans', 'showPlan'>>(`/plans/${part(id)}`),
  documentAddress: (id: string) => `${basePath}/api/plans/${part(id)}/document`,
  groups: (id: string, query: Query<'plans', 'listGroups'>) =>
    api.get<Reply<'plans', 'listGroups'>>(`/plans/${part(id)}/groups`, query),
  entries: (id: string, query: Query<'plans', 'listEntries'>) =>
    api.get<Reply<'plans', 'listEntries'>>(`/plans/${part(id)}/processes`, query),
  entry: (id: string, process: string) =>
    api.get<Reply<'plans', 'showEntry'>>(`/plans/${part(id)}/processes/${part(process)}`),
  questions: (id: string, query: Query<'plans', 'listQuestions'>) =>
    api.get<Reply<'plans', 'listQuestions'>>(`/plans/${part(id)}/questions`, query),
  questionGroups: (id: string) => api.get<Reply<'plans', 'listQuestionGroups'>>(`/plans/${part(id)}/question-groups`),
  answer: (id: string, answers: Body<'plans', 'answerQuestions'>['answers']) =>
    api.put<Reply<'plans', 'answerQuestions'>>(`/plans/${part(id)}/answers`, { answers }),
  apply: (id: string, body: Body<'plans', 'applyPlan'> = {}) =>
    api.post<Reply<'plans', 'applyPlan'>>(`/plans/${part(id)}/apply`, body),
  waves: (id: string) => api.get<Reply<'plans', 'showWaves'>>(`/plans/${part(id)}/waves`),
  pause: (id: string) => api.post<Reply<'plans', 'pausePlan'>>(`/plans/${part(id)}/pause`),
  continue: (id: string, body: Body<'plans', 'continuePlan'>) =>
    api.post<Reply<'plans', 'continuePlan'>>(`/plans/${part(id)}/continue`, body),
  previewUndo: (id: string) => api.get<Reply<'plans', 'previewUndo'>>(`/plans/${part(id)}/undo`),
  undo: (id: string, body: Body<'plans', 'undoPlan'> = {}) =>
    api.post<Reply<'plans', 'undoPlan'>>(`/plans/${part(id)}/undo`, body),
  redo: (id: string, body: Body<'plans', 'redoPlan'> = {}) =>
    api.post<Reply<'plans', 'redoPlan'>>(`/plans/${part(id)}/redo`, body),
  discard: (id: string) => api.delete<null>(`/plans/${part(id)}`),
};

export const lint = {
  packages: (before: File | null, after: File) =>
    api.upload<Reply<'lint', 'lintPackages'>>('/lint', formOf({ ...(before ? { old: [before] } : {}), new: [after] })),
};

export const channels = {
  list: () => api.get<Reply<'channels', 'listChannels'>>('/channels'),
  show: (channel: string) => api.get<Reply<'channels', 'showChannel'>>(`/channels/${part(channel)}`),
  diff: (from: string, to: string) => api.get<Reply<'channels', 'diffChannels'>>('/channels/diff', { from, to }),
  history: (channel: string) => api.get<Reply<'channels', 'channelHistory'>>(`/channels/${part(channel)}/history`),
  changes: (channel: string, plugin: string, against: string) =>
    api.get<Reply<'channels', 'compareOffer'>>(`/channels/${part(channel)}/changes/${part(plugin)}`, { against }),
  signatures: (channel: string) =>
    api.get<Reply<'channels', 'listSignatures'>>(`/channels/${part(channel)}/signatures`),
  promote: (body: Body<'channels', 'promote'>) => api.post<Reply<'channels', 'promote'>>('/channels/promote', body),
  restore: (channel: string, body: Body<'channels', 'restoreChannel'>) =>
    api.post<Reply<'channels', 'restoreChannel'>>(`/channels/${part(channel)}/restore`, body),
  yank: (channel: string, body: Body<'channels', 'yank'>) =>
    api.post<Reply<'channels', 'yank'>>(`/channels/${part(channel)}/yank`, body),
};

export const runs = {
  form: (process: string) => api.get<Reply<'runs', 'requestForm'>>(`/processes/${part(process)}/request`),
  list: (query: Query<'runs', 'listRuns'>) => api.get<Reply<'runs', 'listRuns'>>('/runs', query),
  start: (body: Body<'runs', 'startRun'>) => api.post<Reply<'runs', 'startRun'>>('/runs', body),
  show: (id: string) => api.get<Reply<'runs', 'showRun'>>(`/runs/${part(id)}`),
  log: (id: string, step: string, after: number) =>
    api.get<Reply<'runs', 'readLog'>>(`/runs/${part(id)}/steps/${part(step)}/log`, { after }),
  artefacts: (id: string) => api.get<Reply<'runs', 'listArtefacts'>>(`/runs/${part(id)}/artefacts`),
  artefactAddress: (id: string, name: string) => `${basePath}/api/runs/${part(id)}/artefacts/${part(name)}`,
  cancel: (id: string) => api.post<Reply<'runs', 'cancelRun'>>(`/runs/${part(id)}/cancel`),
  retry: (id: string, step?: string) =>
    api.post<Reply<'runs', 'retryRun'>>(`/runs/${part(id)}/retry`, step === undefined ? {} : { step }),
  completeTask: (id: string, step: string, body: Body<'runs', 'completeTask'>) =>
    api.post<Reply<'runs', 'completeTask'>>(`/runs/${part(id)}/steps/${part(step)}/complete`, body),
  agents: () => api.get<Reply<'agents', 'listAgents'>>('/agents'),
};

export const activity = {
  list: (query: Query<'activity', 'listActivity'>) => api.get<Reply<'activity', 'listActivity'>>('/activity', query),
};

export const users = {
  list: () => api.get<Reply<'users', 'listUsers'>>('/users'),
  create: (body: Body<'users', 'createUser'>) => api.post<Reply<'users', 'createUser'>>('/users', body),
  change: (name: string, body: Body<'users', 'changeUser'>) =>
    api.patch<Reply<'users', 'changeUser'>>(`/users/${part(name)}`, body),
  delete: (name: string) => api.delete<null>(`/users/${part(name)}`),
};

export const tokens = {
  list: (all: boolean) => api.get<Reply<'tokens', 'listTokens'>>('/tokens', { all }),
  create: (body: Body<'tokens', 'createToken'>) => api.post<Reply<'tokens', 'createToken'>>('/tokens', body),
  revoke: (id: string) => api.delete<null>(`/tokens/${part(id)}`),
};

function formOf(files: Readonly<Record<string, readonly File[]>>): FormData {
  const form = new FormData();
  for (const [name, list] of Object.entries(files)) for (const file of list) form.append(name, file, file.name);
  return form;
}
