import { createTwoFilesPatch } from 'diff';
import type { FileChange, PluginChanges, PluginSummary, pluginRoutes } from '../../api/plugins.ts';
import { listPlugins, pluginUsage } from '../../catalogue/index.ts';
import { LockstepError, type Problem } from '../../failure/index.ts';
import {
  describeUserFiles,
  type Host,
  installedVersions,
  type Release,
  readPluginSource,
  withdrawnProblem,
} from '../../host/index.ts';
import { fileAt, type PackageTree } from '../../package/index.ts';
import type { PluginDefinition, StepType } from '../../plugin/index.ts';
import type { Acts, Given } from '../act.ts';
import { lastingAnswer } from '../lasting-answer.ts';
import type { Services } from '../services.ts';
import { rememberSummaries } from './plugin-summaries.ts';
import { storedPluginActs } from './stored-plugin-acts.ts';
import { listTemplateConflicts, resolveTemplateConflict } from './template-conflicts.ts';
import { uninstallVersion } from './uninstall-version.ts';

/** What was answered to searches of one list, so that it is not written anew for each page that asks. */
interface PluginAnswers {
  readonly all: readonly PluginSummary[];
  readonly list: Host['channelList'];
  readonly bySearch: Map<string, PluginList>;
}

interface PluginList {
  readonly items: readonly PluginSummary[];
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly updatedAt: string | null;
  readonly problems: readonly Problem[];
}

const inState: Readonly<Record<string, (plugin: PluginSummary) => boolean>> = {
  all: () => true,
  installed: (plugin) => plugin.installed !== null || plugin.broken !== null,
  available: (plugin) => plugin.offered !== null && plugin.installed === null,
  upgradeable: (plugin) => plugin.upgradeable,
  broken: (plugin) => plugin.broken !== null,
  modified: (plugin) => plugin.modified,
};

export function pluginActs(services: Services): Acts<typeof pluginRoutes> {
  const { desk, host, marks, catalogueOf, events } = services;
  const summaries = rememberSummaries(services);
  let answers: PluginAnswers = { all: [], list: null, bySearch: new Map() };
  return {
    ...storedPluginActs(services),
    listPlugins: async ({ query }) => {
      const all = await summaries();
      const list = host.channelList;
      if (answers.all !== all || answers.list !== list) answers = { all, list, bySearch: new Map() };
      const search = (query.search ?? '').trim().toLowerCase();
      const { offset = 0, limit } = query;
      const key = `${query.state ?? 'all'} ${offset} ${limit} ${search}`;
      const known = answers.bySearch.get(key);
      if (known) return known;
      const found = all.filter(
        ({ id, name, description }) => search === '' || `${id}\n${name}\n${description}`.toLowerCase().includes(search),
      );
      const fitting = found.filter(inState[query.state ?? 'all']!);
      const items = limit === undefined ? fitting.slice(offset) : fitting.slice(offset, offset + limit);
      const counts = Object.fromEntries(
        Object.entries(inState).map(([state, holds]) => [state, found.filter(holds).length]),
      );
      const answer = lastingAnswer({
        items,
        total: fitting.length,
        counts,
        updatedAt: list?.fetchedAt ?? null,
        problems: list?.problems ?? [],
      });
      if (answers.bySearch.size < 100) answers.bySearch.set(key, answer);
      return answer;
    },
    updateList: async ({ actor }) => desk.update(actor),
    uploadPlugin: async ({ files, fields, actor }) => {
      const wants = (name: string): boolean => fields[name] === 'true';
      const force = wants('force');
      if (force && !services.config.development) throw notForDevelopment();
      return desk.upload(files[0]!, actor, { force, besides: wants('beside'), rename: wants('rename') });
    },
    findByDevice: async ({ query }) =>
      host
        .supporting({ vendor: query.vendor, model: query.model ?? '*', firmware: query.firmware })
        .map(({ id, installed, installable, device, match }) => ({
          id,
          version: installed ?? installable ?? '',
          installed: installed !== null,
          capability: device,
          match: match === 'firmware' ? ('exact' as const) : match,
        })),
    showPlugin: async ({ params, actor }) => {
      const [summary] = (await summaries()).filter(({ id }) => id === params.id);
      if (!summary) throw notThere(params.id);
      const loaded = host.plugins.get(params.id);
      const capabilities = loaded?.capabilities ?? host.channelList?.index.get(params.id)?.capabilities ?? {};
      const usage = await usesByVersion(services, params.id);
      return {
        ...summary,
        info: (loaded?.release.info?.raw as Record<string, unknown> | undefined) ?? null,
        capabilities: Object.entries(capabilities).map(([device, values]) => {
          const [vendor = '*', model = '*', firmware = '*'] = device.split(',').map((part) => part.trim());
          return { vendor, model, firmware, values: values as object };
        }),
        versions: (await installedVersions(services.store, params.id)).map((one) => ({
          version: one.version,
          active: one.active,
          digest: one.digest,
          installedAt: one.installedAt,
          installedBy: one.installedBy,
          uses: usage.get(one.number ?? -1) ?? 0,
        })),
        stepTypeNames: (loaded?.release.definition?.stepTypes ?? []).map(({ name }) => name),
        problems: [
          ...host
            .withdrawn()
            .filter(({ id }) => id === params.id)
            .map(withdrawnProblem),
          ...(loaded?.release.problems ?? []),
        ],
        ...(summary.processes === 0 && {
          processes: (await pluginUsage(catalogueOf(actor.name), params.id).catch(() => null))?.processCount ?? 0,
        }),
      };
    },
    showChanges: async ({ params, query }) => {
      const from = await releaseOf(services, params.id, query.from ?? null);
      const to = query.to ? await releaseOf(services, params.id, query.to) : await host.offeredRelease(params.id);
      if (!to) throw notThere(params.id);
      const userFiles = from ? describeUserFiles(await host.foreseeFiles(to)) : null;
      return { ...describeChanges(from, to), userFiles };
    },
    installPlugin: async ({ params, actor }) => desk.install(params.id, actor),
    upgradePlugin: async ({ params, body, actor }) => {
      const operation = desk.upgrade(params.id, body?.onUnlisted ? { onUnlisted: body.onUnlisted } : {}, actor);
      const soon = await services.operations.wait(operation.id, 2_000);
      const result = soon.result as { plan?: string | null } | null;
      return { operation: soon, plan: result?.plan ?? null };
    },
    uninstallPlugin: async ({ params: { id }, body, actor }) => {
      const { version, force = false } = body ?? {};
      if (version === undefined) return desk.uninstall(id, { force }, actor);
      const request = { kind: 'uninstall', subject: id, label: 'uninstall', by: actor.name };
      return services.operations.start(request, () =>
        uninstallVersion(services, { id, version, force, who: actor.name }).finally(async () => {
          events.publish({ topic: 'plugins' });
          await services.announceActivity();
        }),
      );
    },
    reloadPlugin: async ({ params, actor }) => {
      marks.forget(params.id);
      return desk.reload(params.id, actor, services.config.development);
    },
    showModified: async ({ params }) => {
      const patch = await host.patch(params.id);
      const pieces = patch.split(/^(?=diff --git )/m);
      return (await host.modified(params.id)).map(({ path, change }) => ({
        path,
        change,
        diff: pieces.find((piece) => piece.startsWith(`diff --git a/${path} b/`)) ?? null,
      }));
    },
    exportPatch: async ({ params }) => ({ content: await host.patch(params.id), fileName: `${params.id}.patch` }),
    listTemplateConflicts: async ({ params }) => listTemplateConflicts(host, params.id),
    resolveTemplate: async ({ params, body, actor }) => {
      await resolveTemplateConflict(host, params.id, body);
      await services.record(actor, 'plugin.template-settled', 'plugin', params.id, {
        path: body.path,
        take: body.take,
      });
      events.publish({ topic: 'plugins' });
      return listTemplateConflicts(host, params.id);
    },
    listStepTypes: async ({ query, actor }) => {
      const search = (query.search ?? '').trim().toLowerCase();
      const uses = await usesByStepType(services);
      const entries = (await listPlugins(catalogueOf(actor.name))).flatMap((plugin) => {
        const definition = host.plugins.get(plugin.id)?.release.definition;
        if (!definition) return [];
        return definition.stepTypes.map((stepType) => ({
          pluginId: plugin.id,
          pluginName: definition.name,
          pluginVersion: definition.version,
          tag: definition.tag,
          stepType,
          uses: uses.get(`${plugin.id}\0${stepType.name}`) ?? uses.get(`${definition.name}\0${stepType.name}`) ?? 0,
        }));
      });
      return entries.filter(
        ({ pluginName, tag, stepType }) =>
          search === '' ||
          `${stepType.name}\n${pluginName}\n${tag}\n${stepType.description}`.toLowerCase().includes(search),
      );
    },
  };
}

/** What is asked for and not done is said, not left out. */
function notForDevelopment(): LockstepError {
  return new LockstepError('not-allowed', 'This server is not for development: nothing is forced on it.', {
    hint: 'Set `development: true` in its configuration, or raise the version.',
  });
}

function notThere(id: string): LockstepError {
  return new LockstepError('plugin-not-found', `${id} is neither installed nor offered.`, { hint: 'Update the list.' });
}

async function usesByVersion({ store }: Services, id: string): Promise<Map<number, number>> {
  const names = (
    await store.db.selectFrom('plugin_version').select('name').distinct().where('plugin_id', '=', id).execute()
  ).map(({ name }) => name);
  const rows = await store.db
    .selectFrom('process_use')
    .innerJoin('use_key', 'use_key.id', 'process_use.key_id')
    .select('version')
    .select((is) => is.fn.sum<number>('count').as('n'))
    .where((is) => is.or([is('plugin_id', '=', id), is('plugin_name', 'in', names.length > 0 ? names : [id])]))
    .groupBy('version')
    .execute();
  return new Map(rows.map((row) => [Number(row.version), Number(row.n)]));
}

async function usesByStepType({ store }: Services): Promise<Map<string, number>> {
  const rows = await store.db
    .selectFrom('process_use')
    .innerJoin('use_key', 'use_key.id', 'process_use.key_id')
    .select(['plugin_id', 'plugin_name', 'step_type'])
    .select((is) => is.fn.sum<number>('count').as('n'))
    .groupBy(['plugin_id', 'plugin_name', 'step_type'])
    .execute();
  const uses = new Map<string, number>();
  for (const row of rows) {
    const key = `${row.plugin_id || row.plugin_name}\0${row.step_type}`;
    uses.set(key, (uses.get(key) ?? 0) + Number(row.n));
  }
  return uses;
}

/** An installed version; without a version the active one, null where none is. */
async function releaseOf(services: Services, id: string, version: string | null): Promise<Release | null> {
  if (version === null) return services.host.plugins.get(id)?.release ?? null;
  return readPluginSource(await services.host.home(id, version));
}

function describeChanges(from: Release | null, to: Release): Omit<Given<PluginChanges>, 'userFiles'> {
  const devices = (release: Release | null): string[] => Object.keys(release?.info?.capabilities ?? {});
  return {
    from: from?.version ?? null,
    to: to.version,
    files: from ? compareTrees(from.tree, to.tree) : [],
    stepTypes: compareStepTypes(from?.definition ?? null, to.definition),
    capabilitiesAdded: devices(to).filter((device) => from !== null && !devices(from).includes(device)),
    capabilitiesRemoved: devices(from).filter((device) => !devices(to).includes(device)),
  };
}

function compareTrees(before: PackageTree, after: PackageTree): FileChange[] {
  const paths = new Set(
    [...before.entries, ...after.entries].filter(({ kind }) => kind !== 'directory').map(({ path }) => path),
  );
  return [...paths].sort().flatMap((path) => {
    const [old, now] = [fileAt(before, path), fileAt(after, path)];
    if (old && now && Buffer.compare(old, now) === 0) return [];
    const change = !old ? ('added' as const) : !now ? ('removed' as const) : ('changed' as const);
    return [{ path, change, diff: diffOf(path, old ?? null, now ?? null) }];
  });
}

function diffOf(path: string, old: Uint8Array | null, now: Uint8Array | null): string | null {
  const texts = [old, now].map((bytes) => (bytes ? Buffer.from(bytes).toString('utf8') : ''));
  if (texts.some((text) => text.includes('\0') || text.length > 200_000)) return null;
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, texts[0]!, texts[1]!);
}

function compareStepTypes(old: PluginDefinition | null, now: PluginDefinition | null) {
  const before = new Map((old?.stepTypes ?? []).map((step) => [step.name, step]));
  const after = new Map((now?.stepTypes ?? []).map((step) => [step.name, step]));
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    changed: [...after.values()].flatMap((step) => {
      const former = before.get(step.name);
      const what = former ? compareProperties(former, step) : [];
      return what.length > 0 ? [{ name: step.name, what }] : [];
    }),
  };
}

function compareProperties(before: StepType, after: StepType): string[] {
  const old = new Map(before.properties.map((property) => [property.name, property]));
  const now = new Map(after.properties.map((property) => [property.name, property]));
  const what = [
    ...[...now.values()]
      .filter(({ name }) => !old.has(name))
      .map(({ name, required }) => `+ ${name}${required ? ' (required)' : ''}`),
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `- ${name}`),
  ];
  for (const property of now.values()) {
    const former = old.get(property.name);
    if (!former) continue;
    const hidden = property.type === 'secureBox' || former.type === 'secureBox';
    if (former.type !== property.type) what.push(`~ ${property.name}: ${former.type} → ${property.type}`);
    if (former.required !== property.required)
      what.push(`~ ${property.name}: ${property.required ? 'now required' : 'no longer required'}`);
    if ((former.defaultValue ?? '') !== (property.defaultValue ?? '')) {
      what.push(
        hidden
          ? `~ ${property.name}: another default`
          : `~ ${property.name}: default "${former.defaultValue ?? ''}" → "${property.defaultValue ?? ''}"`,
      );
    }
  }
  return what;
}
