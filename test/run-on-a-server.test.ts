import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentView, RunDetail, RunSummary } from '../src/run/index.ts';
import { firstToken } from './journey/first-token.ts';
import { outcomeOf, projectRoot, startLockstep } from './journey/lockstep.ts';
import { oneProcess } from './journey/one-process.ts';

const { run: lockstep, succeed } = oneProcess();

const use = (name: string, script: string, fields = {}) => ({
  type: 'plugin',
  name,
  pluginName: 'Shell Command',
  pluginVersion: 3,
  commandName: 'Run Script',
  properties: { script, onError: 'stop' },
  children: [],
  ...fields,
});
const inARow = (...children: { name: string }[]) => ({
  type: 'graph',
  name: 'g',
  children,
  edges: children.map(({ name }, index) =>
    index === 0 ? { to: name, type: 'ALWAYS' } : { from: children[index - 1]!.name, to: name, type: 'SUCCESS' },
  ),
});

describe('runs of a server, by command line', { timeout: 120_000 }, () => {
  let folder: string;
  let env: { LOCKSTEP_SERVER: string; LOCKSTEP_TOKEN: string };
  const children: ReturnType<typeof startLockstep>[] = [];
  const ends: Promise<unknown>[] = [];

  /** Starts what goes on, and waits until it says the pattern. */
  async function begin(words: string[], pattern: RegExp, environment = {}): Promise<string> {
    const child = startLockstep(words, { cwd: folder, env: environment });
    children.push(child);
    const ended = outcomeOf(child);
    ends.push(ended);
    let said = '';
    return new Promise((done, fail) => {
      for (const stream of [child.stdout, child.stderr])
        stream!.on('data', (piece: Buffer) => {
          said += piece.toString();
          if (pattern.test(said)) done(said);
        });
      void ended.then(() => fail(new Error(said)));
    });
  }
  const json = async <T>(...words: string[]) => {
    const outcome = await lockstep([...words, '--json'], { cwd: folder, env });
    return { code: outcome.code, value: outcome.json<T>() };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-run-server-'));
    const process = {
      name: 'Greet',
      properties: [],
      propDefs: [
        { name: 'who', label: 'Who', type: 'TEXT', required: true, value: '' },
        { name: 'code', label: 'Exit code', type: 'TEXT', required: true, value: '' },
      ],
      rootActivity: inARow(
        use('Hello', 'echo "Hello ${p:who}"; echo "<p>Hello</p>" > "$LOCKSTEP_ARTIFACTS/hello page.html"'),
        { type: 'manualTask', name: 'Look', description: 'Look at it', children: [] } as never,
        use('Leave', 'test ${p:code} = 0 || test -e again', { agentLabels: 'far' }),
      ),
    };
    await writeFile(join(folder, 'process.json'), JSON.stringify(process));
    await succeed(['plugin', 'install', join(projectRoot, 'examples/step-plugins/shell/3')], { cwd: folder });
    await succeed(['process', 'import', 'process.json'], { cwd: folder });
    const said = await begin(['serve', '--port', '0'], /^(?=[\s\S]*http:\/\/127\.0\.0\.1:\d+\/)(?=[\s\S]*first-token)/);
    env = {
      LOCKSTEP_SERVER: /http:\/\/127\.0\.0\.1:\d+\//.exec(said)![0],
      LOCKSTEP_TOKEN: await firstToken(said),
    };
  }, 60_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGTERM');
    await Promise.all(ends);
    await rm(folder, { recursive: true, force: true });
  });

  it('is requested, waits for a person, goes on by an agent elsewhere, fails, is retried, listed and swept', async () => {
    const missing = await lockstep(['run', 'Greet'], { cwd: folder, env });
    expect(missing.code).toBe(5);
    expect(missing.stderr).toMatch(/who[\s\S]*code/);

    const asked = await json<RunDetail>('run', 'Greet', '--set', 'who=World', '--set', 'code=3');
    expect(asked).toMatchObject({ code: 5, value: { state: 'waiting' } });
    const { id } = asked.value;
    expect((await succeed(['run', 'log', id, 'Hello'], { cwd: folder, env })).stdout).toBe('Hello World\n');

    const left = (await json<{ name: string; size: number }[]>('run', 'artefacts', id)).value;
    expect(left).toMatchObject([{ name: 'Hello/hello page.html', size: 13 }]);
    const fetchLeft = (...words: string[]) => lockstep(['run', 'artefacts', id, ...words], { cwd: folder, env });
    expect((await fetchLeft('Hello/hello page.html', '--output', 'page.html')).code).toBe(0);
    expect(await readFile(join(folder, 'page.html'), 'utf8')).toBe('<p>Hello</p>\n');
    expect((await fetchLeft('Hello/hello page.html')).code).toBe(2);
    expect((await fetchLeft('../process.json', '--output', 'x')).code).toBe(8);
    const address = `${env.LOCKSTEP_SERVER}api/runs/${id}/artefacts/${encodeURIComponent('Hello/hello page.html')}`;
    expect((await fetch(address)).status).toBe(401);
    const shown = await fetch(address, { headers: { authorization: `Bearer ${env.LOCKSTEP_TOKEN}` } });
    expect(await shown.text()).toBe('<p>Hello</p>\n');
    expect(shown.headers.get('content-type')).toBe('application/octet-stream');
    expect(shown.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''hello%20page.html");

    // nobody has the label yet: the step waits for the agent
    await succeed(['run', 'answer', id, 'Look', '--success'], { cwd: folder, env });
    await writeFile(join(folder, 'token'), env.LOCKSTEP_TOKEN);
    await begin(
      ['agent', '--server', env.LOCKSTEP_SERVER, '--token-file', 'token', '--name', 'far-1', '--label', 'far'],
      / works for /,
    );
    const failed = await json<RunDetail>('run', 'watch', id);
    expect(failed).toMatchObject({ code: 1, value: { state: 'failed' } });
    expect(failed.value.stepList.find((step) => step.id === 'Leave')).toMatchObject({
      agent: 'far-1',
      state: 'failed',
    });
    expect((await json<AgentView[]>('agent', 'list')).value.map(({ name, state }) => `${name} ${state}`)).toContain(
      'far-1 online',
    );

    await writeFile(join(folder, 'lockstep-agent-far-1', 'work', 'Greet', 'again'), '');
    const retried = await json<RunDetail>('run', 'retry', id);
    expect(retried).toMatchObject({ code: 0, value: { state: 'succeeded' } });
    const { items } = (await json<{ items: RunSummary[] }>('run', 'list', '--process', 'Greet')).value;
    expect(items.map((run) => `${run.id} ${run.state}`)).toEqual([`${id} succeeded`]);

    expect((await json<{ swept: number }>('run', 'sweep', '--days', '0', '--keep', '1')).value.swept).toBe(0);
    expect((await json<{ swept: number }>('run', 'sweep', '--days', '0', '--keep', '0')).value.swept).toBe(1);
    expect((await lockstep(['run', 'show', id], { cwd: folder, env })).code).toBe(8);
  });
});
