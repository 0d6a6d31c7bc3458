import type { Client } from '../../api/client.ts';
import type { PluginSummary } from '../../api/plugins.ts';
import { LockstepError } from '../../failure/index.ts';
import { allPages } from '../all-pages.ts';
import type { Workplace } from '../with-client.ts';
import { CallOrder, callOrder } from './call-order.ts';

const helpText = Symbol('help');

/** Where the names are asked. */
type Place = Pick<Workplace, 'client' | 'follow'>;
type Row = Readonly<Record<string, unknown>>;
type Act = (...given: never[]) => Promise<unknown>;

interface Topic {
  readonly summary: string;
  /** Name → how it is called, what it does, and the act. */
  readonly acts: Readonly<Record<string, readonly [call: string, text: string, act: Act]>>;
}

/** Everything that can be typed at the prompt. The old names stay as they were typed; calls wait and show progress. */
export function shellNames(place: Place, print: (text: string) => void): Record<string, unknown> {
  const order = new CallOrder();
  const names: Record<string | symbol, unknown> = {
    [callOrder]: order,
    plugins: pluginsTopic(order, place),
    parameters: topic(order, 'parameters', parametersTopic(place.client)),
    processes: topic(order, 'processes', processesTopic(place.client)),
    plans: topic(order, 'plans', plansTopic(place)),
    runs: topic(order, 'runs', runsTopic(place.client)),
    channels: topic(order, 'channels', channelsTopic(place.client)),
    // what people who know the old prompt type
    True: true,
    False: false,
    None: null,
  };
  names['print'] = (value: unknown) => order.call((text: unknown) => print(String(text)), [value]);
  names['help'] = (of?: unknown) => {
    print(describe(of, names));
  };
  return names;
}

function topic(order: CallOrder, name: string, { summary, acts }: Topic, more: Record<string, unknown> = {}): object {
  const lines = Object.values(acts).map(([call, text]) => `  ${name}.${call.padEnd(44)} ${text}`);
  const object: Record<string | symbol, unknown> = {
    ...more,
    [helpText]: `${name}: ${summary}\n${lines.join('\n')}`,
  };
  for (const [act, [call, text, perform]] of Object.entries(acts)) {
    const callable = (...given: unknown[]): unknown => order.call(perform, given);
    Object.defineProperty(callable, helpText, { value: `${name}.${call}: ${text}` });
    object[act] = callable;
  }
  return object;
}

function describe(of: unknown, names: Record<string, unknown>): string {
  if (of !== null && (typeof of === 'object' || typeof of === 'function')) {
    const text = (of as Record<symbol, unknown>)[helpText];
    if (typeof text === 'string') return text;
  }
  const topics = Object.values(names).flatMap((value) => {
    const text = typeof value === 'object' && value !== null ? (value as Record<symbol, unknown>)[helpText] : undefined;
    return typeof text === 'string' ? [`  ${text.split('\n', 1)[0]}`] : [];
  });
  return `${topics.join('\n')}\n  help(plugins) lists what plugins can do; print(value); Tab completes; .exit or Ctrl-D leaves.`;
}

function needId(id: unknown, example: string): string {
  if (typeof id === 'string' && id !== '') return id;
  throw new LockstepError('shell-code', 'The id of a plugin is needed.', { hint: `Write ${example}.` });
}

function words(search: unknown): string | undefined {
  return search === undefined || search === null ? undefined : String(search);
}

function pluginsTopic(order: CallOrder, { client, follow }: Place): object {
  const { plugins } = client;
  type State = NonNullable<NonNullable<Parameters<typeof plugins.listPlugins>[0]>['query']>['state'];
  const list = async (state: State, search: unknown, shown: (plugin: PluginSummary) => Row | null): Promise<Row> => {
    const { items } = await plugins.listPlugins({ query: { state, search: words(search) } });
    const rows = items.flatMap((plugin) => {
      const row = shown(plugin);
      return row ? [[plugin.id, row] as const] : [];
    });
    return Object.fromEntries(rows);
  };
  const named = (id: string, act: string) => ({ params: { id: needId(id, `plugins.${act}('id')`) } });
  const summary = 'what this server has installed and what its channel offers';
  const acts: Topic['acts'] = {
    update: ['update()', 'fetch the list of the plugin server', async () => follow(await plugins.updateList())],
    installable: [
      "installable('search')",
      'what the channel offers',
      async (search?: string) =>
        list('all', search, ({ offered, description, size }) =>
          offered === null ? null : { version: offered, description, dsize: size },
        ),
    ],
    installed: [
      "installed('search')",
      'what is installed',
      async (search?: string) =>
        list('installed', search, ({ installed, description, modified, broken, withdrawn }) => ({
          version: installed,
          description,
          ...(modified && { modified }),
          ...(broken !== null && { broken }),
          ...(withdrawn !== null && { withdrawn }),
        })),
    ],
    upgradeable: [
      "upgradeable('search')",
      'of what a higher version is offered',
      async (search?: string) => list('upgradeable', search, ({ installed, offered }) => ({ installed, offered })),
    ],
    install: [
      "install('id')",
      'install the offered version',
      async (id: string) => follow(await plugins.installPlugin(named(id, 'install'))),
    ],
    upgrade: [
      "upgrade('id')",
      'upgrade, carrying its processes along',
      async (id: string) => upgrade({ client, follow }, named(id, 'upgrade').params),
    ],
    uninstall: [
      "uninstall('id', force)",
      'uninstall; force: although processes use it',
      async (id: string, force?: boolean) =>
        follow(await plugins.uninstallPlugin({ ...named(id, 'uninstall'), body: { force: force === true } })),
    ],
    reload: [
      "reload('id')",
      'take what was edited in its folder',
      async (id: string) => follow(await plugins.reloadPlugin(named(id, 'reload'))),
    ],
    supporting: [
      "supporting('Vendor', 'Model', 'Firmware')",
      'which plugin covers a device',
      async (vendor: string, model?: string, firmware?: string) =>
        plugins.findByDevice({ query: { vendor, model: model || undefined, firmware: firmware || undefined } }),
    ],
  };
  const object = topic(order, 'plugins', { summary, acts }) as Record<string | symbol, unknown>;
  // plugins['id'].info()
  return new Proxy(object, {
    get(target, name) {
      if (typeof name === 'symbol' || name in target) return target[name];
      return topic(order, `plugins['${name}']`, onePlugin({ client, follow }, name));
    },
  });
}

function onePlugin({ client: { plugins }, follow }: Place, id: string): Topic {
  const params = { id };
  return {
    summary: 'one plugin',
    acts: {
      info: [
        'info()',
        'its plugin-info',
        async () => {
          const plugin = await plugins.showPlugin({ params });
          return plugin.info ?? plugin;
        },
      ],
      modified: ['modified()', 'files edited in place', async () => plugins.showModified({ params })],
      changes: ['changes()', 'what the offered version changes', async () => plugins.showChanges({ params })],
      reload: ['reload()', 'take what was edited', async () => follow(await plugins.reloadPlugin({ params }))],
    },
  };
}

/** Where processes change, the plan is applied at once unless it asks something. */
async function upgrade({ client, follow }: Place, params: { readonly id: string }): Promise<unknown> {
  const { operation, plan } = await client.plugins.upgradePlugin({ params });
  const result = (operation && (await follow(operation))) as { plan?: string | null } | null;
  const waiting = plan ?? result?.plan ?? null;
  if (waiting === null) return result;
  const { openQuestions } = await client.plans.showPlan({ params: { id: waiting } });
  if (openQuestions > 0) {
    throw new LockstepError(
      'plan-has-questions',
      `${openQuestions} questions of plan ${waiting} must be answered first.`,
      {
        hint: `Write plans.questions('${waiting}'), plans.answer('${waiting}', {…}), plans.apply('${waiting}').`,
      },
    );
  }
  return follow(await client.plans.applyPlan({ params: { id: waiting } }));
}

function parametersTopic({ settings }: Client): Topic {
  const one = async (name: string) => {
    const found = (await settings.listSettings()).find((row) => row.name === name);
    if (found) return found;
    throw new LockstepError('shell-code', `There is no parameter "${name}".`, {
      hint: 'parameters.infos() lists them.',
    });
  };
  return {
    summary: 'settings of this server',
    acts: {
      infos: [
        'infos()',
        'every parameter with its meaning',
        async () => {
          const rows = await settings.listSettings();
          return Object.fromEntries(
            rows.map(({ name, description, value, source }) => [name, { description, value, source }]),
          );
        },
      ],
      get: ["get('plugin_server')", 'its value', async (name: string) => (await one(name)).value],
      set: [
        "set('plugin_server', 'http://…/testing/')",
        'set and keep it',
        async (name: string, value: string | boolean | null) => {
          await settings.changeSetting({ params: { name }, body: { value } });
        },
      ],
      unset: [
        "unset('plugin_server')",
        'back to the configuration',
        async (name: string) => {
          await settings.resetSetting({ params: { name } });
        },
      ],
      clear_cache: ['clear_cache()', 'empty the package cache', async () => settings.clearCache()],
    },
  };
}

function processesTopic({ processes, plugins }: Client): Topic {
  return {
    summary: 'component and generic processes',
    acts: {
      list: [
        "list('search')",
        'processes by name',
        async (search?: string) => {
          const query = { search: words(search) };
          const all = await allPages((page) => processes.listProcesses({ query: { ...query, ...page } }));
          return all.map(({ id, name, kind, owner, version }) => ({ id, name, kind, owner, version }));
        },
      ],
      show: ["show('id')", 'one with its document', async (id: string) => processes.showProcess({ params: { id } })],
      versions: [
        "versions('id')",
        'who changed it when',
        async (id: string) => processes.listVersions({ params: { id } }),
      ],
      diff: [
        "diff('id', 1, 2)",
        'what differs between two versions',
        async (id: string, from?: number, to?: number) =>
          (await processes.diffVersions({ params: { id }, query: { from, to } })).text,
      ],
      where_used: [
        "where_used('plugin', 'step type')",
        'where it is used',
        async (plugin: string, stepType?: string) =>
          allPages((page) => plugins.whereUsed({ query: { plugin, stepType: stepType || undefined, ...page } })),
      ],
    },
  };
}

function plansTopic({ client: { plans }, follow }: Place): Topic {
  return {
    summary: 'what upgrades would do, and did',
    acts: {
      list: ['list()', 'plans, newest first', async () => allPages((query) => plans.listPlans({ query }))],
      create: [
        "create('plugin', {to, successor, onUnlisted})",
        'plan an upgrade',
        async (plugin: string, options: object = {}) => {
          const id = String(await follow(await plans.createPlan({ body: { ...options, plugin } })));
          return plans.showPlan({ params: { id } });
        },
      ],
      show: ["show('id')", 'totals and state', async (id: string) => plans.showPlan({ params: { id } })],
      questions: [
        "questions('id')",
        'what must be decided',
        async (id: string) =>
          allPages((page) => plans.listQuestions({ params: { id }, query: { open: true, ...page } })),
      ],
      answer: [
        "answer('id', {question: answer})",
        'decide; * answers every unlisted step',
        async (id: string, answers: Record<string, string>) =>
          plans.answerQuestions({ params: { id }, body: { answers } }),
      ],
      apply: [
        "apply('id', {wave, stopAbove})",
        'carry it out, or only the processes with a label, or go on',
        async (id: string, body: object = {}) => follow(await plans.applyPlan({ params: { id }, body })),
      ],
      waves: ["waves('id')", 'how far each wave is', async (id: string) => plans.showWaves({ params: { id } })],
      pause: ["pause('id')", 'let it rest', async (id: string) => plans.pausePlan({ params: { id } })],
      resume: [
        "resume('id', {stopAbove})",
        'go on with what was paused',
        async (id: string, body: object = {}) => follow(await plans.continuePlan({ params: { id }, body })),
      ],
      undo: [
        "undo('id', {wave})",
        'take it back',
        async (id: string, body: object = {}) => follow(await plans.undoPlan({ params: { id }, body })),
      ],
    },
  };
}

function runsTopic({ runs }: Client): Topic {
  return {
    summary: 'processes being executed',
    acts: {
      list: ['list()', 'runs, newest first', async () => (await runs.listRuns({ query: { limit: 100 } })).items],
      request: [
        "request('process id', {name: value})",
        'start a process',
        async (process: string, values: Record<string, string> = {}) => runs.startRun({ body: { process, values } }),
      ],
      show: ["show('id')", 'one with its steps', async (id: string) => runs.showRun({ params: { id } })],
      cancel: ["cancel('id')", 'stop it', async (id: string) => runs.cancelRun({ params: { id } })],
    },
  };
}

function channelsTopic({ channels }: Client): Topic {
  return {
    summary: 'what this server’s repository offers',
    acts: {
      list: ['list()', 'channels', async () => channels.listChannels()],
      show: [
        "show('testing')",
        'what it offers',
        async (channel: string) => channels.showChannel({ params: { channel } }),
      ],
      diff: [
        "diff('testing', 'stable')",
        'what they offer differently',
        async (from: string, to: string) => channels.diffChannels({ query: { from, to } }),
      ],
    },
  };
}
