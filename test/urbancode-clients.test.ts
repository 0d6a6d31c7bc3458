import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { httpClient } from '../src/api/http-client.ts';
import type { CommandInput } from '../src/cli/command.ts';
import { requestRun } from '../src/cli/commands/run/request.ts';
import { readPluginSource } from '../src/host/index.ts';
import { readFolder, writePackage } from '../src/package/index.ts';
import { system } from '../src/ports/index.ts';
import { type Preview, previewServer } from '../src/preview/index.ts';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { writtenSection } from '../src/upgrade/testing/written-section.ts';
import { projectRoot } from './journey/lockstep.ts';
import { type ClientCall, clientCalls } from './live/client-calls.ts';

let server: TestServer;
let web: string;
beforeAll(async () => {
  web = await mkdtemp(join(tmpdir(), 'lockstep-web-'));
  await copyFile(join(projectRoot, 'web/index.html'), join(web, 'index.html'));
  server = await startTestServer({ web });
});
afterAll(async () => {
  await server.stop();
  await rm(web, { recursive: true, force: true });
});

/** As each client signs in: a token in place of the password, as a text or in JSON. */
function signIn({ client }: ClientCall): string {
  const password = client === 'UCADF' ? JSON.stringify({ token: server.token }) : server.token;
  return `Basic ${Buffer.from(`PasswordIsAuthToken:${password}`).toString('base64')}`;
}

async function send(call: ClientCall, seen: ReadonlyMap<string, string>) {
  const put = (text: string): string => text.replace(/\{([\w ]+)\}/g, (whole, name: string) => seen.get(name) ?? whole);
  const headers = Object.fromEntries(Object.entries(call.headers ?? {}).map(([name, value]) => [name, put(value)]));
  const body = typeof call.body === 'string' ? Buffer.from(put(call.body)) : call.body;
  const response = await fetch(new URL(put(call.path), server.url), {
    method: call.method,
    headers: { authorization: signIn(call), ...headers },
    ...(body && { body: new Uint8Array(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : null,
  };
}

describe('clients of UrbanCode Deploy', () => {
  it('get what they need to each of their calls, in their order', async () => {
    const seen = new Map<string, string>();
    const wrong: string[] = [];
    const rows: string[] = [];
    for (const call of await clientCalls()) {
      if (call.client !== 'UCADF' && !seen.has('Wait')) seen.set('Wait', await waitingProcess());
      const answer = await send(call, seen);
      let fault =
        answer.status === call.status
          ? null
          : `${answer.status} instead of ${call.status}: ${answer.text.slice(0, 200)}`;
      try {
        if (fault === null) call.check?.(answer, seen);
      } catch (error) {
        fault = (error as Error).message;
      }
      if (fault !== null) wrong.push(`${call.client} ${call.does}: ${call.method} ${call.path}: ${fault}`);
      const path = call.path.split('?')[0]!.replace(/%20/g, ' ');
      rows.push(
        `| ${call.client} | ${call.does} | \`${call.method} ${path}\` | ${call.needs} | ${answer.status} | ${fault === null ? 'yes' : 'no'} |`,
      );
    }
    expect(wrong).toEqual([]);
    const page = 'docs/guides/urbancode-clients.md';
    const table = [
      '| client | what it does | sent | needs | answered | as expected |',
      '|---|---|---|---|---|---|',
      ...rows,
    ].join('\n');
    const written = writtenSection(await readFile(join(projectRoot, page), 'utf8'), 'calls', table);
    await expect(written).toMatchFileSnapshot(join(projectRoot, page));
  });

  it('that sign in with a wrong password get no cookie, and the cookie alone opens nothing', async () => {
    const wrong = await fetch(server.url, {
      headers: { authorization: `Basic ${Buffer.from('admin:wrong').toString('base64')}` },
    });
    expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([401, null]);
    const plain = await fetch(server.url);
    expect([plain.status, plain.headers.get('set-cookie')]).toEqual([200, null]);
    const cookie = 'UCD_SESSION_KEY=00000000-0000-4000-8000-000000000000';
    expect((await fetch(new URL('/rest/process', server.url), { headers: { cookie } })).status).toBe(401);
  });

  it('get drafts where they ask for them, and exports in the language that they ask for', async () => {
    const admin = `Basic ${Buffer.from(`PasswordIsAuthToken:${server.token}`).toString('base64')}`;
    const text =
      '# of the night\nname: Sweep # short\nrootActivity:\n  type: graph\n  name: g\n  edges: []\n  children: []\n';
    const ask = async (path: string, accept?: string) => {
      const headers = { authorization: admin, ...(accept !== undefined && { accept }) };
      const answer = await fetch(new URL(path, server.url), { headers });
      return [answer.status, answer.headers.get('content-type')?.split(';')[0], await answer.text()] as const;
    };
    const bring = async (body: string, type: string) => {
      const headers = { authorization: admin, 'content-type': type };
      const answer = await fetch(new URL('/rest/process/import', server.url), { method: 'POST', headers, body });
      return [answer.status, (await answer.json()).name];
    };
    expect(await bring(text, 'application/yaml')).toEqual([200, 'Sweep']);
    expect(await bring(`${text}draft: true\n`, 'application/yaml')).toEqual([200, 'Sweep (draft)']);
    expect(await bring('{"name":"Digits","n":1.50,"rootActivity":{"type":"graph"}}', 'application/json')).toEqual([
      200,
      'Digits',
    ]);
    const url = '/cli/process/export?process=Sweep';
    expect(await ask(url, 'application/yaml')).toEqual([200, 'application/yaml', text]);
    expect(await ask(`${url}&draft=true`, 'application/yaml')).toEqual([
      200,
      'application/yaml',
      `${text}draft: true\n`,
    ]);
    const [, type, json] = await ask(url);
    expect([type, JSON.parse(json).draft]).toEqual(['application/json', undefined]);
    expect((await ask('/cli/process/export?process=Digits'))[2]).toContain('"n":1.50');
    expect((await ask('/cli/process/export?process=Digits&draft=true'))[0]).toBe(404);
    const list = JSON.parse((await ask('/rest/process'))[2]) as { name: string }[];
    expect(list.map(({ name }) => name)).not.toContain('Sweep (draft)');
  });

  it('cannot run a draft, by whichever door they come', async () => {
    const graph = { type: 'graph', name: 'g', edges: [], children: [] };
    const document = { name: 'Not yet', draft: true, rootActivity: graph };
    const { body: saved } = await server.ask('POST', '/api/processes', { kind: 'generic', document });
    const { body: made } = await server.ask('GET', `/api/processes/${saved.id}`);
    expect(made.name).toBe('Not yet (draft)');
    const nobody = (): never => {
      throw new Error('nobody is there');
    };
    const command: CommandInput = {
      ...{ args: { process: made.name }, options: { detach: true }, cwd: web, env: {}, user: 'ada', ports: system },
      ...{ access: 'change', where: { kind: 'server', url: server.url, token: server.token } },
      signal: new AbortController().signal,
      terminal: {
        ...{ interactive: false, json: false, note: () => {}, progress: () => {}, progressEnd: () => {} },
        ...{ confirm: nobody, choose: nobody, ask: nobody },
      },
    };
    const code = async (method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> => {
      const answer = await server.ask(method, path, body);
      return [answer.status, answer.body.error?.code];
    };
    // the shell asks for runs as the page does
    const shell = httpClient({ server: server.url, token: server.token }).runs;
    const doors = {
      'the page’s form': await code('GET', `/api/processes/${made.id}/request`),
      'the API': await code('POST', '/api/runs', { process: made.id, values: {} }),
      'the old API': await code('POST', '/rest/process/request', { processId: made.id, properties: {} }),
      'the old command line': await code('POST', '/cli/processRequest', { process: made.name }),
      'the command line': await requestRun(command).catch(({ code: why }) => why),
      'the shell': await shell.startRun({ body: { process: made.id, values: {} } }).catch(({ code: why }) => why),
    };
    const refused = [409, 'process-is-draft'];
    expect(doors).toEqual({
      ...{ 'the page’s form': refused, 'the API': refused, 'the old API': refused, 'the old command line': refused },
      ...{ 'the command line': 'process-is-draft', 'the shell': 'process-is-draft' },
    });
    const { body: runs } = await server.ask('GET', '/api/runs');
    expect(runs.items.filter(({ processId }: { processId: string }) => processId === made.id)).toEqual([]);
  });

  it('say what becomes of what is there already inside of what they import', async () => {
    const admin = `Basic ${Buffer.from(`PasswordIsAuthToken:${server.token}`).toString('base64')}`;
    const graph = { type: 'graph', name: 'g', edges: [], children: [] };
    const component = (description: string) => ({
      name: 'Lobby',
      componentTemplate: { name: 'House', processes: [{ name: 'Clean', description, rootActivity: graph }] },
      processes: [{ name: 'Open', description, rootActivity: graph }],
    });
    const send = async (description: string, query: string, form = JSON.stringify) => {
      const response = await fetch(new URL(`/rest/deploy/component/upgrade${query}`, server.url), {
        method: 'POST',
        headers: { authorization: admin, 'content-type': 'multipart/form-data; boundary=b' },
        body: `--b\r\nContent-Disposition: form-data; name="file"\r\nContent-Type: application/octet-stream\r\n\r\n${form(component(description))}\r\n--b--\r\n`,
      });
      const body = await response.json();
      const outcomes = (body.processes ?? []) as { name: string; outcome: string }[];
      return [response.status, body.error?.code ?? Object.fromEntries(outcomes.map((one) => [one.name, one.outcome]))];
    };
    expect(await send('one', '?upgradeType=FAIL_IF_DOESNT_EXIST')).toEqual([404, 'process-not-found']);
    expect(await send('one', '?upgradeType=FAIL_IF_EXISTS')).toEqual([200, { Clean: 'added', Open: 'added' }]);
    expect(await send('two', '?upgradeType=FAIL_IF_EXISTS')).toEqual([409, 'process-exists']);
    expect(await send('two', '?upgradeType=USE_EXISTING_IF_EXISTS')).toEqual([
      200,
      { Clean: 'unchanged', Open: 'changed' },
    ]);
    expect(await send('three', '?upgradeType=CREATE_NEW_IF_EXISTS')).toEqual([400, 'request-not-valid']);
    // in YAML too
    expect(await send('three', '', stringify)).toEqual([200, { Clean: 'changed', Open: 'changed' }]);
    const { body } = await server.ask('GET', '/rest/deploy/component/Lobby/export');
    expect([body.processes[0].description, body.componentTemplate.processes[0].description]).toEqual([
      'three',
      'three',
    ]);
  });

  it('may be a preview: over this server it finds what this server itself would plan', async () => {
    const at = (version: number) => readPluginSource(join(projectRoot, `examples/fleet-tools/${version}`));
    const [two, three] = await Promise.all([at(2), at(3)]);
    const preview = await previewServer({
      ...{ url: server.url, token: server.token, user: 'ada', now: '2030-01-01T00:00:00.000Z', dialect: 'urbancode' },
      ...{
        definition: three.definition!,
        upgradeFile: three.upgradeFile,
        known: [two.definition!, (await at(1)).definition!],
      },
    });
    expect(preview.unread).toEqual([]);
    expect(preview.server.version).toBe('7.2.0');

    const form = new FormData();
    const tree = await readFolder(join(projectRoot, 'examples/fleet-tools/3'), { root: 'fleet-tools' });
    form.set('file', new Blob([new Uint8Array(await writePackage(tree, 'zip'))]), 'fleet-tools-3.zip');
    await server.ended((await server.ask('POST', '/api/plugins/upload', form)).body);
    const request = { plugin: three.id, for: 'urbancode' };
    const { result } = await server.ended((await server.ask('POST', '/api/plans', request)).body);
    const { body: plan } = await server.ask('GET', `/api/plans/${result}/document`);
    const usesOf = ({ processes }: Pick<Preview['plan'], 'processes'>) =>
      processes.map(({ process: { kind, owner, name }, uses }) => JSON.stringify([kind, owner, name, uses])).sort();
    const found = usesOf(plan);
    expect(found.length).toBeGreaterThan(0);
    expect(usesOf(preview.plan)).toEqual(found);
  });
});

/** Runs of it wait for nobody: it has no steps. */
async function waitingProcess(): Promise<string> {
  const document = { name: 'Wait', rootActivity: { type: 'graph', name: 'g', edges: [], children: [] } };
  return (await server.ask('POST', '/api/processes', { kind: 'generic', document })).body.id;
}
