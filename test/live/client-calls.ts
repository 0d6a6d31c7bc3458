// Above 400 lines on purpose: the calls of three clients as one table, in the order in which they send them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFolder, writePackage } from '../../src/package/index.ts';
import { projectRoot } from '../journey/lockstep.ts';

/** One call as a client sends it, and what that client needs of the answer to go on. */
export interface ClientCall {
  readonly client: 'UCADF' | 'urbancode-client' | 'udclient';
  readonly does: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With what came before put in: `{request}`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly status: number;
  /** In words, for the table. */
  readonly needs: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked at
  readonly check?: (answer: { body: any; headers: Headers; text: string }, seen: Map<string, string>) => void;
}

const json = { accept: 'application/json', 'content-type': 'application/json' } as const;
const example = (name: string): string => readFileSync(join(projectRoot, `examples/processes/${name}.json`), 'utf8');
const plugin = async (version: number): Promise<Buffer> => {
  const tree = await readFolder(join(projectRoot, `examples/fleet-tools/${version}`), { root: null });
  return Buffer.from(await writePackage(tree, 'zip'));
};

/** A form with one part, which names no file: as UCADF's library writes it. */
function nameless(bytes: Buffer | string): { headers: Record<string, string>; body: Buffer } {
  const boundary = 'Boundary_1_2_3';
  const head = `--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Disposition: form-data; name="file"\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { headers: { 'content-type': `multipart/form-data;boundary=${boundary}` }, body };
}

function named(name: string, bytes: Buffer): { headers: Record<string, string>; body: Buffer } {
  const { headers, body } = nameless(bytes);
  const text = body.toString('latin1').replace('name="file"', `name="file"; filename="${name}"`);
  return { headers, body: Buffer.from(text, 'latin1') };
}

function expectThat(is: boolean, text: string): void {
  if (!is) throw new Error(text);
}

/** The calls of three clients, each in the order in which the client sends them. Written from what they send, not from their code. */
export async function clientCalls(): Promise<readonly ClientCall[]> {
  const [one, two] = await Promise.all([plugin(1), plugin(2)]);
  const ucadf: Omit<ClientCall, 'client'>[] = [
    {
      does: 'learns the version',
      method: 'GET',
      path: '/',
      status: 200,
      needs: 'a text in an element of the class `productVersion`',
      headers: { accept: 'text/html, */*; q=.2' },
      check: ({ text }) => expectThat(/.* class="productVersion">(.*)</.test(text), 'no version'),
    },
    {
      does: 'looks for a plugin',
      method: 'GET',
      path: '/rest/plugin/automationPlugin/Fleet%20Tools',
      status: 404,
      needs: '404 where it is not installed',
    },
    {
      does: 'installs a plugin',
      method: 'POST',
      path: '/rest/plugin/automationPlugin',
      ...nameless(one),
      status: 200,
      needs: 'an upload without a file name taken',
    },
    {
      does: 'looks for it again',
      method: 'GET',
      path: '/rest/plugin/automationPlugin/Fleet%20Tools',
      status: 200,
      needs: '`versionNumber`, by name',
      check: ({ body }) => expectThat(body.versionNumber === 1 && body.name === 'Fleet Tools', 'not version 1'),
    },
    {
      does: 'installs the next version',
      method: 'POST',
      path: '/rest/plugin/automationPlugin',
      ...nameless(two),
      status: 200,
      needs: 'an upload without a file name taken',
    },
    {
      does: 'lists plugins',
      method: 'GET',
      path: '/rest/plugin/automationPlugin',
      status: 200,
      needs: 'a list',
      check: ({ body }) => expectThat(body.length === 1 && body[0].versionNumber === 2, 'not version 2'),
    },
    {
      does: 'deletes the active version of a plugin',
      method: 'DELETE',
      path: '/rest/plugin/automationPlugin/Fleet%20Tools',
      headers: { accept: 'application/json' },
      status: 204,
      needs: '204',
    },
    {
      does: 'finds the version before',
      method: 'GET',
      path: '/rest/plugin/automationPlugin/Fleet%20Tools',
      status: 200,
      needs: 'the version before, active',
      check: ({ body }) => expectThat(body.versionNumber === 1, `version ${body.versionNumber}`),
    },
    {
      does: 'lists generic processes',
      method: 'GET',
      path: '/rest/process',
      status: 200,
      needs: 'a list',
      check: ({ body }) => expectThat(body.length === 0, 'not empty'),
    },
    {
      does: 'imports a process',
      method: 'POST',
      path: '/rest/process/import',
      ...nameless(example('only-a-pause')),
      status: 200,
      needs: '200',
    },
    {
      does: 'creates a process',
      method: 'PUT',
      path: '/rest/process',
      headers: json,
      body: JSON.stringify({
        name: 'Made here',
        description: '',
        workingDir: '/tmp',
        notificationSchemeId: null,
        properties: { workingDir: '/tmp' },
        teamMappings: [],
        defaultResourceIds: [],
      }),
      status: 200,
      needs: '200',
    },
    {
      does: 'finds both',
      method: 'GET',
      path: '/rest/process',
      status: 200,
      needs: '`id` and `name`',
      check: ({ body }, seen) => {
        expectThat(body.length === 2, 'not two');
        for (const each of body) seen.set(each.name, each.id);
      },
    },
    {
      does: 'reads one',
      method: 'GET',
      path: '/rest/process/{Made here}/-1',
      status: 200,
      needs: '`rootActivity` and `version`',
      check: ({ body }) => expectThat(body.rootActivity !== undefined && body.version === 1, 'not whole'),
    },
    {
      does: 'changes it',
      method: 'PUT',
      path: '/rest/process',
      headers: json,
      body: JSON.stringify({
        name: 'Made here',
        description: 'changed',
        existingId: '{Made here}',
        processVersion: 1,
        properties: { workingDir: '/srv' },
      }),
      status: 200,
      needs: '200',
    },
    {
      does: 'exports what was made through the API',
      method: 'GET',
      path: '/rest/process/{Made here}/export',
      status: 200,
      needs: 'the process and nothing around it',
      check: ({ body }) =>
        expectThat(
          body.name === 'Made here' && body.description === 'changed' && body.rootActivity !== undefined,
          'not bare',
        ),
    },
    {
      does: 'imports it again',
      method: 'POST',
      path: '/rest/process/upgrade',
      ...nameless(example('only-a-pause')),
      status: 200,
      needs: '200',
    },
    {
      does: 'runs it on resources',
      method: 'POST',
      path: '/rest/process/request',
      headers: json,
      body: JSON.stringify({ processId: '{Made here}', resources: [null], properties: {} }),
      status: 200,
      needs: 'a list with an `id`',
      check: ({ body }, seen) => {
        expectThat(Array.isArray(body), 'no list');
        seen.set('request', body[0].id);
      },
    },
    {
      does: 'waits for its end',
      method: 'GET',
      path: '/rest/process/request/{request}',
      status: 200,
      needs: '`result` and `state`',
      check: ({ body }) =>
        expectThat(
          ['NONE', 'SUCCEEDED'].includes(body.result) && ['EXECUTING', 'CLOSED'].includes(body.state),
          JSON.stringify(body),
        ),
    },
    {
      does: 'looks for a component',
      method: 'GET',
      path: '/cli/component/info?component=Reception',
      status: 404,
      needs: '404 where it is not there',
    },
    {
      does: 'imports a component',
      method: 'POST',
      path: '/rest/deploy/component/import?upgradeType=USE_EXISTING_IF_EXISTS&processUpgradeType=FAIL_IF_DOESNT_EXIST',
      ...nameless(example('reception-component')),
      status: 200,
      needs: '200',
    },
    {
      does: 'looks for it again',
      method: 'GET',
      path: '/cli/component/info?component=Reception',
      status: 200,
      needs: '`id`',
      check: ({ body }) => expectThat(body.name === 'Reception', 'not found'),
    },
    {
      does: 'lists its processes',
      method: 'GET',
      path: '/rest/deploy/component/Reception/processes/active',
      status: 200,
      needs: '`id`, `name`, `path`',
      check: ({ body }, seen) => {
        expectThat(body.length > 0 && body[0].path.startsWith('components/'), 'no processes');
        seen.set('deploy', body[0].id);
      },
    },
    {
      does: 'reads a process of it',
      method: 'GET',
      path: '/rest/deploy/componentProcess/{deploy}/-1',
      status: 200,
      needs: '`rootActivity`',
      check: ({ body }) => expectThat(body.rootActivity !== undefined, 'no graph'),
    },
    {
      does: 'exports the component',
      method: 'GET',
      path: '/rest/deploy/component/Reception/export',
      status: 200,
      needs: 'all that was imported',
      check: ({ body }) => {
        const was = JSON.parse(example('reception-component'));
        for (const key of Object.keys(was))
          expectThat(JSON.stringify(body[key]) === JSON.stringify(was[key]), `${key} differs`);
      },
    },
    {
      does: 'imports a template',
      method: 'POST',
      path: '/rest/deploy/componentTemplate/import?processUpgradeType=FAIL_IF_DOESNT_EXIST',
      ...nameless(example('branch-office-template')),
      status: 200,
      needs: '200',
    },
    {
      does: 'lists templates',
      method: 'GET',
      path: '/rest/deploy/componentTemplate',
      status: 200,
      needs: '`id` and `name`',
      check: ({ body }, seen) => {
        expectThat(body.length === 1, 'not one');
        seen.set('template', body[0].id);
      },
    },
    {
      does: 'reads the template',
      method: 'GET',
      path: '/rest/deploy/componentTemplate/{template}/-1',
      status: 200,
      needs: '`id`',
    },
    {
      does: 'lists its processes',
      method: 'GET',
      path: '/rest/deploy/componentTemplate/{template}/-1/processes/active',
      status: 200,
      needs: 'a `path` below componentTemplates',
      check: ({ body }) => expectThat(body.length > 0 && /^componentTemplates/.test(body[0].path), 'no path'),
    },
    {
      does: 'exports the template',
      method: 'GET',
      path: '/rest/deploy/componentTemplate/{template}',
      status: 200,
      needs: 'its processes',
      check: ({ body }) => expectThat(body.processes.length > 0, 'empty'),
    },
    {
      does: 'looks for an application',
      method: 'GET',
      path: '/cli/application/info?application=Telephones',
      status: 404,
      needs: '404 where it is not there',
    },
    {
      does: 'imports an application',
      method: 'POST',
      path: '/rest/deploy/application/import?upgradeType=FAIL_IF_DOESNT_EXIST',
      ...nameless(
        JSON.stringify({ name: 'Telephones', components: [JSON.parse(example('reception-component'))], processes: [] }),
      ),
      status: 200,
      needs: '200',
    },
    {
      does: 'deletes a process',
      method: 'DELETE',
      path: '/rest/process/{Made here}',
      headers: { accept: 'application/json' },
      status: 204,
      needs: '204',
    },
  ];
  const urbancode: Omit<ClientCall, 'client'>[] = [
    {
      does: 'signs in',
      method: 'GET',
      path: '/',
      status: 200,
      needs: '`Set-Cookie: UCD_SESSION_KEY=` and 36 characters',
      headers: { accept: '*/*' },
      check: ({ headers }, seen) => {
        const key = /UCD_SESSION_KEY=(.{36});/.exec(headers.get('set-cookie') ?? '');
        expectThat(key !== null, 'no cookie');
        seen.set('key', key![1]!);
      },
    },
    {
      does: 'lists plugins',
      method: 'GET',
      path: '/rest/plugin/automationPlugin',
      headers: { accept: 'application/json', UCD_SESSION_KEY: '{key}' },
      status: 200,
      needs: 'a list',
      check: ({ body }) => expectThat(Array.isArray(body), 'no list'),
    },
    {
      does: 'lists source plugins',
      method: 'GET',
      path: '/rest/plugin/sourceConfigPlugins',
      headers: { accept: 'application/json' },
      status: 200,
      needs: 'a list',
    },
    {
      does: 'uploads a plugin',
      method: 'POST',
      path: '/rest/plugin/automationPlugin?UCD_SESSION_KEY={key}',
      ...named('fleet-tools-2.zip', two),
      status: 200,
      needs: '200',
    },
    {
      does: 'lists applications',
      method: 'GET',
      path: '/rest/deploy/application',
      headers: { accept: 'application/json' },
      status: 200,
      needs: 'a list',
    },
    {
      does: 'lists components',
      method: 'GET',
      path: '/rest/deploy/component',
      headers: { accept: 'application/json' },
      status: 200,
      needs: '`id` and `name`',
      check: ({ body }) =>
        expectThat(
          body.some((each: { name: string }) => each.name === 'Reception'),
          'not there',
        ),
    },
    {
      does: 'lists processes of a component',
      method: 'GET',
      path: '/rest/deploy/component/Reception/processes/false',
      headers: { accept: 'application/json' },
      status: 200,
      needs: 'a list',
      check: ({ body }) => expectThat(body.length > 0, 'empty'),
    },
    {
      does: 'runs a process',
      method: 'POST',
      path: '/rest/process/request',
      headers: json,
      body: JSON.stringify({ processId: '{Wait}', resource: 'r', properties: { resource: 'r' } }),
      status: 200,
      needs: '`id`',
      check: ({ body }, seen) => {
        expectThat(typeof body.id === 'string', 'no id');
        seen.set('run', body.id);
      },
    },
    {
      does: 'waits for its end',
      method: 'GET',
      path: '/rest/process/request/{run}',
      headers: { accept: 'application/json' },
      status: 200,
      needs: '`state`, and `result` once it is CLOSED',
      check: ({ body }) => expectThat('state' in body && 'result' in body, 'no state'),
    },
    {
      does: 'reads what it did',
      method: 'GET',
      path: '/rest/process/request/{run}/trace',
      headers: { accept: 'application/json' },
      status: 200,
      needs: '`children`',
      check: ({ body }) => expectThat(Array.isArray(body.children), 'no trace'),
    },
  ];
  const udclient: Omit<ClientCall, 'client'>[] = [
    {
      does: 'runs a process',
      method: 'POST',
      path: '/cli/processRequest',
      headers: { accept: 'application/json' },
      body: JSON.stringify({ processId: '{Wait}', properties: {} }),
      status: 200,
      needs: '`id`, sent without a type',
      check: ({ body }, seen) => seen.set('asked', body.id),
    },
    {
      does: 'looks how it goes',
      method: 'GET',
      path: '/cli/processRequest/{asked}',
      headers: { accept: 'application/json' },
      status: 200,
      needs: '`state`',
    },
    {
      does: 'lists components',
      method: 'GET',
      path: '/cli/component?active=true&inactive=false',
      status: 200,
      needs: 'a list',
    },
    {
      does: 'finds a process of one',
      method: 'GET',
      path: '/cli/componentProcess/info?component=Reception&componentProcess=Deploy',
      status: 200,
      needs: '`id`',
      check: ({ body }) => expectThat(body.name === 'Deploy', 'not it'),
    },
    {
      does: 'exports a process of one',
      method: 'GET',
      path: '/cli/componentProcess/export?component=Reception&componentProcess=Deploy',
      headers: { accept: 'application/json' },
      status: 200,
      needs: 'the process and nothing around it',
      check: ({ body }) => expectThat(body.rootActivity !== undefined, 'not bare'),
    },
    {
      does: 'creates a process of one',
      method: 'PUT',
      path: '/cli/componentProcess/create',
      headers: json,
      body: JSON.stringify({
        component: 'Reception',
        name: 'From a file',
        rootActivity: { type: 'graph', name: 'g', edges: [], children: [] },
      }),
      status: 200,
      needs: '`id`',
    },
  ];
  const of = (client: ClientCall['client'], calls: readonly Omit<ClientCall, 'client'>[]) =>
    calls.map((call) => ({ client, ...call }));
  return [...of('UCADF', ucadf), ...of('urbancode-client', urbancode), ...of('udclient', udclient)];
}
