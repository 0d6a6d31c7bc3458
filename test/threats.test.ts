import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { testFolder, writeFiles } from './journey/folder.ts';
import { lockstep, projectRoot, succeed } from './journey/lockstep.ts';
import { program as lockstepProgram } from './journey/program.ts';
import { genericProcess, graphOf, useJson } from './journey/step-plugin.ts';
import { mutations } from './mutations/index.ts';

const python = 'python3';
const hostile = 'Harmless\u001b]0;owned\u0007\u001b[2J\u009b31m\u202egnp.exe';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters it is about
const steering = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e]/;

const ownColour = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

/** A command as a person runs it: stdout and stderr are a terminal. */
function onTerminal(args: readonly string[]): Promise<string> {
  const lockstepCommand = [process.execPath, lockstepProgram, ...args];
  const program = `import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)`;
  const child = spawn(python, ['-c', program, ...lockstepCommand], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  return new Promise((done) => child.on('close', () => done(Buffer.concat(pieces).toString('utf8'))));
}

describe('text that somebody else wrote', () => {
  it('steers nobody’s terminal: names of processes with escape sequences are written out', async () => {
    const folder = await testFolder({});
    const use = useJson({ activity: 'A', step: 'Step', version: 1 });
    await writeFiles(folder, { 'evil.json': JSON.stringify(genericProcess(hostile, [use])) });
    const data = ['--data', join(folder, 'data')];
    await succeed(['process', 'import', join(folder, 'evil.json'), ...data]);
    const shown = await onTerminal(['process', 'list', ...data]);
    expect(shown).toContain('Harmless\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m\\u202egnp.exe');
    // colours are our own
    expect(shown.replaceAll('\r\n', '\n').replaceAll(ownColour, '')).not.toMatch(steering);
    const { stderr } = await lockstep(['process', 'show', `${hostile}?`, ...data]);
    expect(stderr).toContain('\\u001b');
    expect(stderr).not.toMatch(steering);
    const { stdout } = await lockstep(['process', 'list', '--json', ...data]);
    expect(stdout).not.toMatch(steering);
    expect(stdout).toContain('\\u202e');
  });

  it('never becomes markup in the page: no component sets HTML', () => {
    const folder = join(projectRoot, 'web/src');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
    expect(sources.length).toBeGreaterThan(10);
    const setting = sources.filter((name) =>
      /dangerouslySetInnerHTML|\.(inner|outer)HTML|insertAdjacentHTML|document\.write/.test(
        readFileSync(join(folder, name), 'utf8'),
      ),
    );
    expect(setting).toEqual([]);
  });
});

describe('a server that is asked by somebody hostile', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  const importText = async (text: string) => {
    const form = new FormData();
    form.append('file', new Blob([text]), 'export.json');
    return server.ask('POST', '/api/processes/import', form);
  };

  it('lets nobody but an admin say where it downloads from', async () => {
    for (const role of ['viewer', 'process-owner', 'plugin-manager']) {
      await server.ask('POST', '/api/users', { name: role, role, password: `${role} has a password` });
      const { body } = await server.ask('POST', '/api/tokens', { label: 'x', user: role });
      const address = { value: 'http://169.254.169.254/latest/meta-data/' };
      const answer = await server.ask('PUT', '/api/settings/plugin_server', address, body.secret);
      expect(answer.status, JSON.stringify(answer.body)).toBe(403);
    }
    const { body } = await server.ask('GET', '/api/settings');
    expect(JSON.stringify(body)).not.toContain('169.254');
  });

  it.each(['file:///etc/passwd', 'ftp://host/x/', 'gopher://host/', 'data:text/plain,x', '/etc/'])(
    'takes no plugin server %s: only http and https lead to a channel',
    async (address) => {
      const { status, body } = await server.ask('PUT', '/api/settings/plugin_server', { value: address });
      expect(status, JSON.stringify(body)).toBeGreaterThanOrEqual(400);
    },
  );

  it('gives away nothing of what an address that is no channel answers', async () => {
    const { createServer } = await import('node:http');
    const inner = createServer((_request, response) => response.end('root:the-inner-secret:0:0'));
    await new Promise<void>((done) => inner.listen(0, '127.0.0.1', done));
    const { port } = inner.address() as { port: number };
    const value = `http://127.0.0.1:${port}/`;
    await server.ask('PUT', '/api/settings/plugin_server', { value });
    const started = await server.ask('POST', '/api/plugins/update');
    const ended = started.body?.id === undefined ? started.body : await server.ended(started.body);
    inner.close();
    expect(JSON.stringify(ended)).not.toContain('root:');
    expect(server.logged.join('')).not.toContain('root:');
  });

  it('refuses exports that nest, repeat or grow without end, and goes on', async () => {
    const deep = `{"name":"P","rootActivity":${'{"children":['.repeat(5000)}`;
    const many = Array.from({ length: 3000 }, (_, at) => ({ type: 'finish', name: `F${at}` }));
    const twice = '{"name":"P","name":"Q","rootActivity":{"type":"graph","name":"","children":[]}}';
    for (const text of [deep, twice, '{"__proto__":{"admin":true}}']) {
      const { status, body } = await importText(text);
      expect(status, JSON.stringify(body)).toBe(422);
    }
    const wide = { name: 'Wide', rootActivity: { ...graphOf([]), children: many } };
    const imported = await importText(JSON.stringify(wide));
    expect(imported.status, JSON.stringify(imported.body)).toBe(200);
    expect((await server.ask('GET', '/healthz')).status).toBe(200);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('writes no secret value of a process into its log or its errors', async () => {
    const secret = 'correct-horse-battery';
    const use = useJson({ activity: 'A', step: 'Step', version: 1, properties: { password: secret } });
    const process = {
      ...genericProcess('Holds a secret', [use]),
      properties: [{ name: 'p', value: secret, secure: true }],
    };
    const imported = await importText(JSON.stringify(process));
    expect(imported.status, JSON.stringify(imported.body)).toBe(200);
    const refused = await importText(JSON.stringify({ ...process, rootActivity: 1 }));
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).not.toContain(secret);
    expect(server.logged.join('')).not.toContain(secret);
  });
});

describe('a server that is asked too much', () => {
  it('answers no more requests a minute from one address than it is set to, and reads no larger body', async () => {
    const limits = { perMinute: 5, body: 2048, upload: 4096 };
    const limited = await startTestServer({ limits });
    try {
      const large = { name: 'x'.repeat(3000), role: 'viewer' };
      expect((await limited.ask('POST', '/api/users', large)).status).toBe(413);
      const form = new FormData();
      form.append('file', new Blob(['x'.repeat(5000)]), 'export.json');
      expect((await limited.ask('POST', '/api/processes/import', form)).status).toBe(413);
      const answers: number[] = [];
      for (let at = 0; at < 8; at++) answers.push((await limited.ask('GET', '/api/plugins')).status);
      expect(answers[0]).toBe(200);
      expect(answers.at(-1)).toBe(429);
      // who looks after it still learns that it lives
      expect((await limited.ask('GET', '/healthz', undefined, null)).status).toBe(200);
    } finally {
      await limited.stop();
    }
  });
});

describe('docs/threat-model.md', () => {
  const page = readFileSync(join(projectRoot, 'docs/threat-model.md'), 'utf8');
  const named = [...page.matchAll(/^- `([^`]+\.test\.ts)`: (.+)$/gm)].map(([, file = '', title = '']) => ({
    file,
    title,
  }));
  const threats = page
    .split(/^## /m)
    .slice(1)
    .filter((part) => part.includes('**Threat.**'));

  it('says for every threat what defends and which test shows it', () => {
    expect(threats.length).toBeGreaterThan(12);
    for (const threat of threats) {
      expect(threat).toMatch(/\*\*Defence\.\*\*/);
      expect(threat, threat.slice(0, 60)).toMatch(/^- `.+\.test\.ts`: /m);
    }
  });

  it('names what of each is broken once to see that a test notices, but where nothing of ours can be broken so', () => {
    const whats = new Set(mutations.map(({ what }) => what));
    const broken = (part: string): string[] =>
      [...part.matchAll(/^- Broken by `npm run mutate`: (.+)$/gm)].map(([, what = '']) => what);
    expect(threats.flatMap(broken).filter((what) => !whats.has(what))).toEqual([]);
    expect(threats.filter((part) => broken(part).length === 0).map((part) => part.split('\n', 1)[0])).toEqual([
      'A recipe that does what it likes',
      'A script in a plugin that breaks out',
    ]);
  });

  it.each(named)('$file has the test "$title"', ({ file, title }) => {
    const source = readFileSync(join(projectRoot, file), 'utf8');
    expect(source.includes(title) || source.includes(title.replaceAll("'", "\\'"))).toBe(true);
  });
});
