import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentView, RunDetail } from '../src/run/index.ts';
import { firstToken } from './journey/first-token.ts';
import { outcomeOf, projectRoot, startLockstep } from './journey/lockstep.ts';
import { oneProcess } from './journey/one-process.ts';

const { run: lockstep, succeed } = oneProcess();

const use = (name: string, script: string, label: string) => ({
  ...{ type: 'plugin', name, pluginName: 'Shell Command', pluginVersion: 3, commandName: 'Run Script', children: [] },
  ...{ properties: { script, onError: 'stop' }, agentLabels: label },
});

describe('agents of one server, on one machine', { timeout: 180_000 }, () => {
  let folder: string;
  let env: { LOCKSTEP_SERVER: string; LOCKSTEP_TOKEN: string };
  const children: ReturnType<typeof startLockstep>[] = [];
  const ends: Promise<unknown>[] = [];

  async function begin(words: string[], pattern: RegExp) {
    const child = startLockstep(words, { cwd: folder });
    children.push(child);
    const ended = outcomeOf(child);
    ends.push(ended);
    let said = '';
    await new Promise<void>((done, fail) => {
      for (const stream of [child.stdout, child.stderr])
        stream!.on('data', (piece: Buffer) => {
          said += piece.toString();
          if (pattern.test(said)) done();
        });
      void ended.then(() => fail(new Error(said)));
    });
    return { child, ended, said };
  }
  const agent = (...words: string[]) => ['agent', '--server', env.LOCKSTEP_SERVER, ...words];
  const refused = (...words: string[]) => lockstep(agent(...words), { cwd: folder });
  const json = async <T>(...words: string[]) => (await succeed([...words, '--json'], { cwd: folder, env })).json<T>();
  const until = async (holds: () => boolean | Promise<boolean>) => {
    while (!(await holds())) await new Promise((later) => setTimeout(later, 50));
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-agent-names-'));
    const script = `echo begin >> ${folder}/told; while ! test -e ${folder}/go; do sleep 0.05; done; echo end >> ${folder}/told`;
    const children = [use('Say', script, 'far')];
    const rootActivity = { type: 'graph', name: 'g', children, edges: [{ to: 'Say', type: 'ALWAYS' }] };
    await writeFile(join(folder, 'process.json'), JSON.stringify({ name: 'Slow', properties: [], rootActivity }));
    await succeed(['plugin', 'install', join(projectRoot, 'examples/step-plugins/shell/3')], { cwd: folder });
    await succeed(['process', 'import', 'process.json'], { cwd: folder });
    const { said } = await begin(
      ['serve', '--port', '0'],
      /^(?=[\s\S]*http:\/\/127\.0\.0\.1:\d+\/)(?=[\s\S]*first-token)/,
    );
    env = {
      LOCKSTEP_SERVER: /http:\/\/127\.0\.0\.1:\d+\//.exec(said)![0],
      LOCKSTEP_TOKEN: await firstToken(said),
    };
    await writeFile(join(folder, 'admin'), env.LOCKSTEP_TOKEN);
    const made = await succeed(['token', 'create', 'far', '--agent', 'far-1', '--label', 'far', '--label', 'linux'], {
      cwd: folder,
      env,
    });
    await writeFile(join(folder, 'token'), made.stdout);
  }, 60_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGTERM');
    await Promise.all(ends);
    await rm(folder, { recursive: true, force: true });
  });

  it('starting another one never breaks a run: the name of a living agent, and its folder, are taken', async () => {
    const first = await begin(agent('--token-file', 'token'), /Agent far-1 works for /);
    const { id } = await json<RunDetail>('run', 'Slow', '--detach');
    await until(() => existsSync(join(folder, 'told')));

    const taken = await refused('--token-file', 'token', '--home', 'elsewhere');
    expect(taken.code).toBe(6);
    expect(taken.stderr).toMatch(
      new RegExp(
        `agent-name-taken: An agent "far-1" works already, on ${hostname()} since \\d{4}-\\d\\d-.*\\n.*--name`,
      ),
    );
    const same = await refused('--token-file', 'token', '--home', 'lockstep-agent-far-1');
    expect(same).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/data-busy: .*lockstep-agent-far-1.* in use.*\n.*--home/),
    });

    await writeFile(join(folder, 'go'), '');
    const run = await json<RunDetail>('run', 'watch', id);
    expect(run).toMatchObject({ state: 'succeeded', stepsDone: 1 });
    expect(run.stepList[0]).toMatchObject({ agent: 'far-1', attempt: 1, state: 'succeeded' });
    expect(await readFile(join(folder, 'told'), 'utf8')).toBe('begin\nend\n');

    // the same agent, killed and started anew from its folder, need not wait
    first.child.kill('SIGKILL');
    await first.ended;
    const again = await begin(agent('--token-file', 'token'), /Agent far-1 works for /);
    const view = async () => (await json<AgentView[]>('agent', 'list')).find(({ name }) => name === 'far-1')!;
    expect(await view()).toMatchObject({ state: 'online', host: hostname(), labels: ['far', 'linux'] });
    again.child.kill('SIGTERM');
    await again.ended;
    expect((await view()).state).toBe('stopped');
    // one that has ended in order leaves its name at once, to another folder too
    const other = await begin(agent('--token-file', 'token', '--home', 'elsewhere'), /Agent far-1 works for /);
    other.child.kill('SIGTERM');
    await other.ended;
  });

  it('a token is for one agent and its labels, and the agents inside of servers are nobody else’s', async () => {
    const not = async (pattern: RegExp, ...words: string[]) => {
      const { code, stderr } = await refused(...words, '--home', 'refused');
      expect({ code, stderr }).toEqual({ code: 9, stderr: expect.stringMatching(pattern) });
    };
    await not(/token is for the agent "far-1", not for "far-2"/, '--token-file', 'token', '--name', 'far-2');
    await not(/not for the label east/, '--token-file', 'token', '--label', 'far', '--label', 'east');
    const builtIn = (await json<AgentView[]>('agent', 'list')).find(({ name }) => name.startsWith('built-in@'))!;
    expect(builtIn.state).toBe('online');
    await not(/agent inside of a server/, '--token-file', 'admin', '--name', builtIn.name);

    const create = (...words: string[]) => lockstep(['token', 'create', 'x', ...words], { cwd: folder, env });
    expect(await create('--scope', 'agent-work')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--agent NAME/),
    });
    expect((await create('--agent', builtIn.name)).code).toBe(9);
    expect((await create('--agent', 'x', '--scope', 'read')).code).toBe(2);
    expect((await create('--label', 'x')).code).toBe(2);
    const listed = (await succeed(['token', 'list'], { cwd: folder, env })).stdout;
    expect(listed).toMatch(/far +agent-work as far-1 far linux/);
  });

  it('without a name it is called after its machine and its folder’s number, which stays', async () => {
    const start = async () => {
      const { child, ended, said } = await begin(
        agent('--token-file', 'admin', '--home', 'unnamed'),
        /Agent \S+ works for /,
      );
      child.kill('SIGTERM');
      await ended;
      return /Agent (\S+) works/.exec(said)?.[1];
    };
    const name = await start();
    expect(name).toMatch(new RegExp(`^${hostname()}-\\d{5}$`));
    expect(await start()).toBe(name);
  });
});
