import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePluginXml, parseUpgradeXml } from '../src/plugin/index.ts';
import { projectRoot } from './journey/lockstep.ts';
import { inARow, openWorkshop, type RunWorkshop } from './journey/run-workshop.ts';

const root = join(projectRoot, 'examples', 'step-plugins');
const folders = ['shell/1', 'shell/2', 'shell/3', 'http/1', 'files/1', 'wait/1', 'notify/1'];

describe('our step plugins', () => {
  let workshop: RunWorkshop;
  let server: Server;
  let address: string;
  const seen: { method: string; url: string; headers: NodeJS.Dict<string | string[]>; body: string }[] = [];
  let processes = 0;

  beforeAll(async () => {
    workshop = await openWorkshop();
    for (const folder of folders) {
      const files = Object.fromEntries(
        readdirSync(join(root, folder)).map((name) => [name, readFileSync(join(root, folder, name), 'utf8')]),
      );
      const { definition, problems } = parsePluginXml(files['plugin.xml']!, `${folder}/plugin.xml`);
      expect(problems).toEqual([]);
      await workshop.plugin(definition.version, files['plugin.xml']!, files);
    }
    workshop.agent();
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece) => {
        body += piece;
      });
      request.on('end', () => {
        seen.push({ method: request.method!, url: request.url!, headers: request.headers, body });
        const failures = /\/flaky/.test(request.url!) && seen.filter(({ url }) => url === request.url).length < 2;
        response.writeHead(failures ? 503 : /\/404/.test(request.url!) ? 404 : 200, { 'content-type': 'text/plain' });
        response.end(`hello ${request.method}`);
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await workshop.close();
    await new Promise((closed) => server.close(closed));
  });

  async function run(plugin: string, version: number, step: string, properties: Record<string, string>) {
    processes += 1;
    const id = String(processes);
    workshop.process(
      id,
      inARow(
        id,
        [
          {
            type: 'plugin',
            name: 'do',
            pluginName: plugin,
            pluginVersion: version,
            commandName: step,
            properties,
            children: [],
          },
        ],
        { defaultWorkingDir: join(workshop.folder, 'work') },
      ),
    );
    const started = await workshop.runs.request({ processId: id, by: 'ann' });
    const ended = await workshop.until(started.id);
    const { text } = await workshop.runs.log(started.id, 'do');
    return { state: ended.state, log: text, outputs: ended.stepList[0]!.outputs };
  }

  it('name the versions of their folders, and their upgrade files read well', () => {
    for (const folder of folders) {
      const { definition } = parsePluginXml(readFileSync(join(root, folder, 'plugin.xml'), 'utf8'), folder);
      expect(String(definition.version)).toBe(folder.split('/')[1]);
    }
    for (const version of ['2', '3']) {
      const { upgradeFile, problems } = parseUpgradeXml(
        readFileSync(join(root, 'shell', version, 'upgrade.xml'), 'utf8'),
        version,
      );
      expect([upgradeFile.blocks.at(-1)!.toVersion, problems]).toEqual([Number(version), []]);
    }
  });

  it.each([
    [1, 'Shell', { command: 'echo "it is $0"; pwd' }],
    [2, 'Run Script', { script: 'echo "it is $0"; pwd' }],
    [3, 'Run Script', { script: 'echo "it is $0"; pwd', onError: 'stop' }],
  ])('Shell Command %i runs a script in its folder', async (version, step, properties) => {
    const { state, log } = await run('Shell Command', version, step, properties);
    expect([state, log]).toEqual([
      'succeeded',
      expect.stringMatching(new RegExp(`it is .*\n${workshop.folder}/work\n$`)),
    ]);
  });

  it('Shell Command 3 stops at the first failing command, or goes on', async () => {
    const script = 'false\necho "went on: ü"';
    expect((await run('Shell Command', 3, 'Run Script', { script, onError: 'stop' })).state).toBe('failed');
    expect((await run('Shell Command', 3, 'Run Script', { script, onError: 'go on' })).log).toBe('went on: ü\n');
    expect(
      (await run('Shell Command', 3, 'Run Script', { script, onError: 'stop', interpreter: '/no/shell' })).log,
    ).toMatch(/\/no\/shell cannot be run/);
  });

  it('HTTP Request sends headers, body and token, and gives back status and answer', async () => {
    const good = await run('HTTP Request', 1, 'HTTP Request', {
      url: `${address}/a?b=c`,
      method: 'POST',
      headers: 'X-One: 1\nX-Two: a:b',
      body: 'grüß',
      token: 'topsecret',
    });
    expect(good).toMatchObject({ state: 'succeeded', outputs: { status: '200', body: 'hello POST' } });
    expect(seen.at(-1)).toMatchObject({
      method: 'POST',
      url: '/a?b=c',
      body: 'grüß',
      headers: { 'x-one': '1', 'x-two': 'a:b', authorization: 'Bearer topsecret' },
    });
    expect(good.log).not.toContain('topsecret');
    expect((await run('HTTP Request', 1, 'HTTP Request', { url: `${address}/404`, method: 'GET' })).state).toBe(
      'failed',
    );
    expect(
      (await run('HTTP Request', 1, 'HTTP Request', { url: `${address}/404`, method: 'GET', expect: '2xx, 404' }))
        .state,
    ).toBe('succeeded');
    expect((await run('HTTP Request', 1, 'HTTP Request', { url: 'http://127.0.0.1:1/', method: 'GET' })).log).toMatch(
      /GET http:.*port|ECONNREFUSED/,
    );
  });

  it('File Utilities write, copy, replace, move and delete', async () => {
    const files = (step: string, properties: Record<string, string>) => run('File Utilities', 1, step, properties);
    expect(await files('Write File', { path: 'a/one.txt', content: 'x=1\ny=ü\n' })).toMatchObject({
      state: 'succeeded',
      outputs: { size: '9' },
    });
    expect((await files('Copy', { from: 'a', to: 'b/c' })).state).toBe('succeeded');
    expect(await files('Replace Text', { path: 'b/c/one.txt', find: 'x=1', replace: 'x=2' })).toMatchObject({
      state: 'succeeded',
      outputs: { replaced: '1' },
    });
    expect((await files('Replace Text', { path: 'b/c/one.txt', find: 'x=1' })).log).toMatch(/does not hold/);
    expect((await files('Move', { from: 'b/c/one.txt', to: 'd/two.txt' })).state).toBe('succeeded');
    expect(readFileSync(join(workshop.folder, 'work/d/two.txt'), 'utf8')).toBe('x=2\ny=ü\n');
    expect(await files('Delete', { paths: 'd\nnot-there\n' })).toMatchObject({
      state: 'succeeded',
      outputs: { deleted: '1' },
    });
    expect((await files('Delete', { paths: '.' })).log).toMatch(/not deleted/);
    expect((await files('Make Folder', { path: 'e/f/g' })).state).toBe('succeeded');
  });

  it('Wait waits for a time, an address, a port and a file, and gives up in time', async () => {
    const wait = (step: string, properties: Record<string, string>) =>
      run('Wait', 1, step, { every: '0.05', ...properties });
    expect((await wait('Wait', { seconds: '0.1' })).state).toBe('succeeded');
    expect((await wait('Wait', { seconds: 'long' })).state).toBe('failed');
    expect((await wait('Wait for Address', { url: `${address}/flaky-wait` })).state).toBe('succeeded');
    expect((await wait('Wait for Port', { host: '127.0.0.1', port: new URL(address).port })).state).toBe('succeeded');
    expect((await wait('Wait for Port', { host: '127.0.0.1', port: '1', timeout: '0.2' })).log).toMatch(
      /Not there after 0.2 seconds/,
    );
    expect((await wait('Wait for File', { path: '/etc/hostname' })).state).toBe('succeeded');
  });

  it('Notify posts, signs, tries again what may pass, and gives up on a refusal', async () => {
    const notify = (properties: Record<string, string>) =>
      run('Notify by Webhook', 1, 'Notify', { text: 'Done "it"', ...properties });
    expect(await notify({ url: `${address}/flaky-hook`, more: '{"channel":"ops"}', secret: 'sign-key' })).toMatchObject(
      { state: 'succeeded', outputs: { attempt: '2' } },
    );
    expect(JSON.parse(seen.at(-1)!.body)).toEqual({ channel: 'ops', text: 'Done "it"' });
    expect(seen.at(-1)!.headers['x-signature']).toMatch(/^sha256=[0-9a-f]{64}$/);
    expect((await notify({ url: `${address}/404` })).log).toMatch(/answers: 404/);
  });
});
