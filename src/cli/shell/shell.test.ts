import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow } from '../../api/follow.ts';
import { httpClient } from '../../api/http-client.ts';
import type { Operation } from '../../api/operations.ts';
import { startTestServer, type TestServer } from '../../server/testing/start-test-server.ts';
import { openLocal } from '../../service/index-local.ts';
import { CallOrder, callOrder } from './call-order.ts';
import { completeLine } from './complete-line.ts';
import { evaluateLine, isIncomplete, shellContext } from './evaluate-line.ts';
import { shellNames } from './shell-names.ts';

let server: TestServer;
const printed: string[] = [];
let type: (line: string) => Promise<unknown>;
let context: ReturnType<typeof shellContext>;

beforeAll(async () => {
  server = await startTestServer();
  await server.ended((await server.ask('POST', '/api/examples')).body);
  const client = httpClient({ server: server.url, token: server.token });
  const place = { client, follow: (operation: Operation) => follow(client, operation) };
  context = shellContext(shellNames(place, (text) => printed.push(text)));
  type = (line) => evaluateLine(line, context);
});
afterAll(() => server.stop());

describe('the shell', () => {
  it('takes the old names as they were typed', async () => {
    expect(await type("parameters.set('plugin_server', 'http://127.0.0.1:9/plugins/1/testing/')")).toBeFalsy();
    expect(await type("parameters.get('plugin_server')")).toBe('http://127.0.0.1:9/plugins/1/testing/');
    expect(await type('parameters.infos()')).toHaveProperty('cache_plugin.value', true);
    expect(await type("parameters.set('cache_plugin', False)\nparameters.get('cache_plugin')")).toBe(false);
    expect(await type("plugins.installed('fleet')")).toHaveProperty(['org.example.fleet-tools', 'version'], '1');
    expect(await type("plugins['org.example.fleet-tools'].info()")).toHaveProperty('installed', '1');
    expect(await type("plugins.reload('org.example.fleet-tools')")).toHaveProperty('changed', false);
    await type('help(plugins)');
    expect(printed.at(-1)).toContain("plugins.reload('id')");
    await type('help()');
    expect(printed.at(-1)).toContain('parameters:');
  });

  it('lets a result be used at once and kept under a name', async () => {
    await type('all = processes.list()');
    expect(await type('all.length')).toBe(12);
    expect(await type("plugins.installed()['org.example.fleet-tools'].version")).toBe('1');
    expect(await type("processes.list('pause')[0].name")).toMatch(/pause/i);
  });

  it('waits for each call before the next one, on one line, in a loop and inside another call', async () => {
    const order: string[] = [];
    const calls = new CallOrder();
    const act = (name: string, milliseconds: number) => async () => {
      order.push(`${name} begins`);
      await new Promise((done) => setTimeout(done, milliseconds));
      order.push(`${name} ends`);
      return name;
    };
    const own = shellContext({
      [callOrder]: calls,
      slow: () => calls.call(act('slow', 20), []),
      quick: (...given: unknown[]) => calls.call(act(`quick ${given}`, 0), given),
      fail: () => calls.call(async () => Promise.reject(new Error('it failed')), []),
      said: (text: unknown) => calls.call(async (word: unknown) => word, [text]),
    });
    const typed = async (line: string): Promise<[unknown, string[]]> => {
      const value = await evaluateLine(line, own);
      return [value, order.splice(0)];
    };
    const inTurn = ['slow begins', 'slow ends', 'quick  begins', 'quick  ends'];
    expect(await typed('slow(); quick()')).toEqual(['quick ', inTurn]);
    expect(await typed('for (const one of [slow, quick]) one()')).toEqual([expect.anything(), inTurn]);
    expect(await typed('if (true) slow(); else fail(); quick()')).toEqual(['quick ', inTurn]);
    expect(await typed('[slow, quick].map((one) => one())')).toEqual([['slow', 'quick '], inTurn]);
    expect(await typed('for (const one of [slow, quick]) await one()')).toEqual([undefined, inTurn]);
    expect((await typed("word = slow(); word + ';' // quick(); fail()"))[0]).toBe('slow;');
    expect((await typed('said(slow())'))[0]).toBe('slow');
    expect((await typed('await slow()'))[0]).toBe('slow');
    await expect(evaluateLine('fail(); slow()', own)).rejects.toMatchObject({ message: 'Error: it failed' });
    await expect(evaluateLine('for (const one of [fail, slow]) one()', own)).rejects.toThrow('it failed');
    await expect(evaluateLine('slow(); nonsense(', own)).rejects.toMatchObject({ code: 'shell-code' });
    expect(order.splice(0)).toEqual([]);
    // a line that failed holds up nothing of the next one
    expect(await typed('slow(); quick()')).toEqual(['quick ', inTurn]);
  });

  it('shows the reason of an error, of the line or of the server', async () => {
    await expect(type('plugins.update()')).rejects.toMatchObject({ code: 'channel-unreachable' });
    await expect(type("plugins.uninstall('org.example.fleet-tools')")).rejects.toMatchObject({ code: 'plugin-in-use' });
    await expect(type('plugins.install()')).rejects.toMatchObject({ code: 'shell-code' });
    await expect(type('nothing.of.this')).rejects.toMatchObject({ code: 'shell-code' });
    await expect(type('plugins.install(')).rejects.toMatchObject({ code: 'shell-code' });
    expect([isIncomplete('plugins.install('), isIncomplete('plugins.update()')]).toEqual([true, false]);
  });

  it('completes names, acts and the ids of plugins', () => {
    const ids = ['xivo-cisco-spa-7.5.4', 'northgate-door-2.0'];
    expect(completeLine('plu', context, ids)).toEqual([['plugins'], 'plu']);
    expect(completeLine('plugins.up', context, ids)[0]).toEqual(['update(', 'upgradeable(', 'upgrade(']);
    expect(completeLine("plugins.install('xivo", context, ids)).toEqual([['xivo-cisco-spa-7.5.4'], 'xivo']);
    expect(completeLine('plugins["nor', context, ids)).toEqual([['northgate-door-2.0'], 'nor']);
  });

  it('carries an upgrade through its plan', async () => {
    const plan = (await type("plans.create('org.example.fleet-tools', {onUnlisted: 'delete'})")) as { id: string };
    await type(`plans.apply('${plan.id}')`);
    expect(await type("plugins['org.example.fleet-tools'].info().installed")).toBe('3');
    await type(`plans.undo('${plan.id}')`);
    expect(await type("plugins['org.example.fleet-tools'].info().installed")).toBe('1');
  });
});

describe('a data folder', () => {
  it('answers the same names without a server, also beside one', async () => {
    const data = join(server.folder, 'data');
    const local = await openLocal({ data, database: null, access: 'read', user: 'ann', env: {}, cwd: server.folder });
    try {
      const place = { client: local.client, follow: (operation: Operation) => follow(local.client, operation) };
      const own = shellContext(shellNames(place, () => {}));
      expect(await evaluateLine('processes.list().length', own)).toBe(12);
      expect(await evaluateLine("plugins.installed('fleet')", own)).toEqual(await type("plugins.installed('fleet')"));
      expect(await evaluateLine('plans.list()', own)).toEqual(await type('plans.list()'));
    } finally {
      await local.close();
    }
  });
});
