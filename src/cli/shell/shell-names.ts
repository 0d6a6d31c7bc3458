import { LockstepError } from '../../failure/index.ts';
import type { ServerClient } from '../server-client.ts';
import { CallOrder, callOrder } from './call-order.ts';

const helpText = Symbol('help');

type Row = Readonly<Record<string, unknown>>;
type Act = (...given: never[]) => Promise<unknown>;

interface Topic {
  readonly summary: string;
  /** Name → how it is called, what it does, and the act. */
  readonly acts: Readonly<Record<string, readonly [call: string, text: string, act: Act]>>;
}

/** Everything that can be typed at the prompt. The old names stay as they were typed; calls wait and show progress. */
export function shellNames(client: ServerClient, print: (text: string) => void): Record<string, unknown> {
  const order = new CallOrder();
  const names: Record<string | symbol, unknown> = {
    [callOrder]: order,
    plugins: pluginsTopic(order, client),
    parameters: topic(order, 'parameters', parametersTopic(client)),
    processes: topic(order, 'processes', processesTopic(client)),
    plans: topic(order, 'plans', plansTopic(client)),
    runs: topic(order, 'runs', runsTopic(client)),
    channels: topic(order, 'channels', channelsTopic(client)),
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

function matching(search: unknown): string {
  return search === undefined || search === null ? '' : `&search=${encodeURIComponent(String(search))}`;
}

function pluginsTopic(order: CallOrder, client: ServerClient): object {
  const path = (id: string): string => `/api/plugins/${encodeURIComponent(id)}`;
  const list = async (state: string, search: unknown, shown: (row: Row) => Row): Promise<Row> => {
    const { items } = await client.get<{ items: Row[] }>(`/api/plugins?state=${state}${matching(search)}`);
    return Object.fromEntries(items.map((row) => [row['id'], shown(row)]));
  };
  const summary = 'what this server has installed and what its channel offers';
  const acts: Topic['acts'] = {
    update: [
      'update()',
      'fetch the list of the plugin server',
      async () => client.perform('POST', '/api/plugins/update'),
    ],
    installable: [
      "installable('search')",
      'what the channel offers',
      async (search?: string) => {
        const { items } = await client.get<{ items: Row[] }>(`/api/plugins?state=all${matching(search)}`);
        const offered = items.filter((row) => row['offered'] !== null);
        return Object.fromEntries(
          offered.map((row) => [
            row['id'],
            { version: row['offered'], description: row['description'], dsize: row['size'] },
          ]),
        );
      },
    ],
    installed: [
      "installed('search')",
      'what is installed',
      async (search?: string) =>
        list('installed', search, (row) => ({
          version: row['installed'],
          description: row['description'],
          ...(row['modified'] === true && { modified: true }),
          ...(row['broken'] !== null && { broken: row['broken'] }),
        })),
    ],
    upgradeable: [
      "upgradeable('search')",
      'of what a higher version is offered',
      async (search?: string) =>
        list('upgradeable', search, (row) => ({ installed: row['installed'], offered: row['offered'] })),
    ],
    install: [
      "install('id')",
      'install the offered version',
      async (id: string) => client.perform('POST', `${path(needId(id, "plugins.install('id')"))}/install`),
    ],
    upgrade: [
      "upgrade('id')",
      'upgrade, carrying its processes along',
      async (id: string) => upgrade(client, path(needId(id, "plugins.upgrade('id')"))),
    ],
    uninstall: [
      "uninstall('id', force)",
      'uninstall; force: although processes use it',
      async (id: string, force?: boolean) =>
        client.perform('POST', `${path(needId(id, "plugins.uninstall('id')"))}/uninstall`, { force: force === true }),
    ],
    reload: [
      "reload('id')",
      'take what was edited in its folder',
      async (id: string) => client.perform('POST', `${path(needId(id, "plugins.reload('id')"))}/reload`),
    ],
    supporting: [
      "supporting('Vendor', 'Model', 'Firmware')",
      'which plugin covers a device',
      async (vendor: string, model?: string, firmware?: string) => {
        const query = new URLSearchParams({ vendor, ...(model && { model }), ...(firmware && { firmware }) });
        return client.get(`/api/plugins/supporting?${query}`);
      },
    ],
  };
  const object = topic(order, 'plugins', { summary, acts }) as Record<string | symbol, unknown>;
  // plugins['id'].info()
  return new Proxy(object, {
    get(target, name) {
      if (typeof name === 'symbol' || name in target) return target[name];
      return topic(order, `plugins['${name}']`, onePlugin(client, name));
    },
  });
}

function onePlugin(client: ServerClient, id: string): Topic {
  const path = `/api/plugins/${encodeURIComponent(id)}`;
  return {
    summary: 'one plugin',
    acts: {
      info: [
        'info()',
        'its plugin-info',
        async () => {
          const plugin = await client.get<Row>(path);
          return plugin['info'] ?? plugin;
        },
      ],
      modified: ['modified()', 'files edited in place', async () => client.get(`${path}/modified`)],
      changes: ['changes()', 'what the offered version changes', async () => client.get(`${path}/changes`)],
      reload: ['reload()', 'take what was edited', async () => client.perform('POST', `${path}/reload`)],
    },
  };
}

/** Where processes change, the plan is applied at once unless it asks something. */
async function upgrade(client: ServerClient, path: string): Promise<unknown> {
  const { operation, plan } = await client.ask<{ operation: never; plan: string | null }>('POST', `${path}/upgrade`);
  const result = (await client.follow(operation)) as { plan?: string | null; why?: string } | null;
  const waiting = plan ?? result?.plan ?? null;
  if (waiting === null) return result;
  const { openQuestions } = await client.get<{ openQuestions: number }>(`/api/plans/${waiting}`);
  if (openQuestions > 0) {
    throw new LockstepError(
      'plan-has-questions',
      `${openQuestions} questions of plan ${waiting} must be answered first.`,
      {
        hint: `Write plans.questions('${waiting}'), plans.answer('${waiting}', {…}), plans.apply('${waiting}').`,
      },
    );
  }
  return client.perform('POST', `/api/plans/${waiting}/apply`);
}

function parametersTopic(client: ServerClient): Topic {
  const one = async (name: string): Promise<Row> => {
    const found = (await client.get<Row[]>('/api/settings')).find((row) => row['name'] === name);
    if (!found) {
      throw new LockstepError('shell-code', `There is no parameter "${name}".`, {
        hint: 'parameters.infos() lists them.',
      });
    }
    return found;
  };
  return {
    summary: 'settings of this server',
    acts: {
      infos: [
        'infos()',
        'every parameter with its meaning',
        async () => {
          const rows = await client.get<Row[]>('/api/settings');
          return Object.fromEntries(
            rows.map((row) => [
              row['name'],
              { description: row['description'], value: row['value'], source: row['source'] },
            ]),
          );
        },
      ],
      get: ["get('plugin_server')", 'its value', async (name: string) => (await one(name))['value']],
      set: [
        "set('plugin_server', 'http://…/testing/')",
        'set and keep it',
        async (name: string, value: string | boolean | null) => {
          await client.ask('PUT', `/api/settings/${encodeURIComponent(name)}`, { value });
        },
      ],
      unset: [
        "unset('plugin_server')",
        'back to the configuration',
        async (name: string) => {
          await client.ask('DELETE', `/api/settings/${encodeURIComponent(name)}`);
        },
      ],
      clear_cache: ['clear_cache()', 'empty the package cache', async () => client.ask('DELETE', '/api/cache')],
    },
  };
}

function processesTopic(client: ServerClient): Topic {
  const path = (id: string): string => `/api/processes/${encodeURIComponent(id)}`;
  return {
    summary: 'component and generic processes',
    acts: {
      list: [
        "list('search')",
        'processes by name',
        async (search?: string) =>
          (await client.get<{ items: Row[] }>(`/api/processes?limit=1000${matching(search)}`)).items.map(
            ({ id, name, kind, owner, version }) => ({ id, name, kind, owner, version }),
          ),
      ],
      show: ["show('id')", 'one with its document', async (id: string) => client.get(path(id))],
      versions: ["versions('id')", 'who changed it when', async (id: string) => client.get(`${path(id)}/versions`)],
      diff: [
        "diff('id', 1, 2)",
        'what differs between two versions',
        async (id: string, from: number, to: number) =>
          (await client.get<{ text: string }>(`${path(id)}/diff?from=${from}&to=${to}`)).text,
      ],
      where_used: [
        "where_used('plugin', 'step type')",
        'where it is used',
        async (plugin: string, stepType?: string) => {
          const query = new URLSearchParams({ plugin, limit: '1000', ...(stepType && { stepType }) });
          return (await client.get<{ items: Row[] }>(`/api/step-types/uses?${query}`)).items;
        },
      ],
    },
  };
}

function plansTopic(client: ServerClient): Topic {
  const path = (id: string): string => `/api/plans/${encodeURIComponent(id)}`;
  return {
    summary: 'what upgrades would do, and did',
    acts: {
      list: [
        'list()',
        'plans, newest first',
        async () => (await client.get<{ items: Row[] }>('/api/plans?limit=100')).items,
      ],
      create: [
        "create('plugin', {to, onUnlisted})",
        'plan an upgrade',
        async (plugin: string, options: object = {}) =>
          client.get(path(String(await client.perform('POST', '/api/plans', { plugin, ...options })))),
      ],
      show: ["show('id')", 'totals and state', async (id: string) => client.get(path(id))],
      questions: [
        "questions('id')",
        'what must be decided',
        async (id: string) => (await client.get<{ items: Row[] }>(`${path(id)}/questions?open=true&limit=1000`)).items,
      ],
      answer: [
        "answer('id', {question: answer})",
        'decide; * answers every unlisted step',
        async (id: string, answers: object) => client.ask('PUT', `${path(id)}/answers`, { answers }),
      ],
      apply: [
        "apply('id', {wave, stopAbove})",
        'carry it out, or only the processes with a label, or go on',
        async (id: string, options: object = {}) => client.perform('POST', `${path(id)}/apply`, options),
      ],
      waves: ["waves('id')", 'how far each wave is', async (id: string) => client.get(`${path(id)}/waves`)],
      pause: ["pause('id')", 'let it rest', async (id: string) => client.ask('POST', `${path(id)}/pause`)],
      resume: [
        "resume('id', {stopAbove})",
        'go on with what was paused',
        async (id: string, options: object = {}) => client.perform('POST', `${path(id)}/continue`, options),
      ],
      undo: [
        "undo('id', {wave})",
        'take it back',
        async (id: string, options: object = {}) => client.perform('POST', `${path(id)}/undo`, options),
      ],
    },
  };
}

function runsTopic(client: ServerClient): Topic {
  const path = (id: string): string => `/api/runs/${encodeURIComponent(id)}`;
  return {
    summary: 'processes being executed',
    acts: {
      list: [
        'list()',
        'runs, newest first',
        async () => (await client.get<{ items: Row[] }>('/api/runs?limit=100')).items,
      ],
      request: [
        "request('process id', {name: value})",
        'start a process',
        async (process: string, values: object = {}) => client.ask('POST', '/api/runs', { process, values }),
      ],
      show: ["show('id')", 'one with its steps', async (id: string) => client.get(path(id))],
      cancel: ["cancel('id')", 'stop it', async (id: string) => client.ask('POST', `${path(id)}/cancel`)],
    },
  };
}

function channelsTopic(client: ServerClient): Topic {
  return {
    summary: 'what this server’s repository offers',
    acts: {
      list: ['list()', 'channels', async () => client.get('/api/channels')],
      show: [
        "show('testing')",
        'what it offers',
        async (name: string) => client.get(`/api/channels/${encodeURIComponent(name)}`),
      ],
      diff: [
        "diff('testing', 'stable')",
        'what they offer differently',
        async (from: string, to: string) => client.get(`/api/channels/diff?${new URLSearchParams({ from, to })}`),
      ],
    },
  };
}
