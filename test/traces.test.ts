import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunDetail } from '../src/run/index.ts';
import { startTestServer } from '../src/server/testing/start-test-server.ts';
import { type ReceivedSpan, startTraceReceiver, type TraceReceiver } from '../src/server/testing/trace-receiver.ts';
import { readTraceSettings } from '../src/service/index.ts';
import { postgres } from './databases.ts';
import { firstToken } from './journey/first-token.ts';
import { lockstep, outcomeOf, projectRoot, startLockstep, succeed } from './journey/lockstep.ts';

const document = {
  name: 'Say where',
  properties: [],
  propDefs: [],
  rootActivity: {
    type: 'graph',
    name: 'g',
    children: [
      {
        type: 'plugin',
        name: 'Say',
        pluginName: 'Shell Command',
        pluginVersion: 3,
        commandName: 'Run Script',
        properties: { script: 'echo "trace $TRACEPARENT"', onError: 'stop' },
        agentLabels: 'far',
        children: [],
      },
    ],
    edges: [{ to: 'Say', type: 'ALWAYS' }],
  },
};

describe('traces of a server and an agent elsewhere, by the standard environment', { timeout: 120_000 }, () => {
  let folder: string;
  let receiver: TraceReceiver;
  const children: ReturnType<typeof startLockstep>[] = [];
  const ends: Promise<unknown>[] = [];

  async function begin(words: string[], pattern: RegExp, env: Record<string, string>): Promise<string> {
    const child = startLockstep(words, { cwd: folder, env });
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

  async function endAll(): Promise<void> {
    for (const child of children.splice(0)) child.kill('SIGTERM');
    await Promise.all(ends);
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-traces-'));
    receiver = await startTraceReceiver();
    await writeFile(join(folder, 'process.json'), JSON.stringify(document));
    await succeed(['plugin', 'install', join(projectRoot, 'examples/step-plugins/shell/3')], { cwd: folder });
    await succeed(['process', 'import', 'process.json'], { cwd: folder });
  }, 60_000);
  afterEach(async () => {
    await endAll();
    await receiver.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('join what both did for one run: the run, its step, what the agent told the server, and the step’s own environment', async () => {
    const traces = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
    };
    const said = await begin(
      ['serve', '--port', '0'],
      /^(?=[\s\S]*http:\/\/127\.0\.0\.1:\d+\/)(?=[\s\S]*first-token)/,
      traces,
    );
    const server = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)![0];
    const token = await firstToken(said);
    await writeFile(join(folder, 'token'), token);
    const agent = ['agent', '--server', server, '--token-file', 'token', '--name', 'far-1', '--label', 'far'];
    await begin(agent, / works for /, traces);
    const env = { LOCKSTEP_SERVER: server, LOCKSTEP_TOKEN: token };
    const ran = (await lockstep(['run', 'Say where', '--json'], { cwd: folder, env })).json<RunDetail>();
    expect(ran.state).toBe('succeeded');
    const { stdout: log } = await succeed(['run', 'log', ran.id, 'Say'], { cwd: folder, env });
    // what is left is sent as they end
    await endAll();

    const run = only(({ name }) => name === 'run');
    expect(run).toMatchObject({ service: 'lockstep', parentSpanId: undefined });
    expect(run.attributes).toMatchObject({ 'lockstep.run.id': ran.id, 'lockstep.run.state': 'succeeded' });
    const step = only(({ name }) => name === 'step Run Script');
    expect(step).toMatchObject({ service: 'lockstep-agent', traceId: run.traceId, parentSpanId: run.spanId });
    expect(step.attributes).toMatchObject({ 'lockstep.agent': 'far-1', 'lockstep.step.outcome': 'success' });
    expect(log).toBe(`trace 00-${step.traceId}-${step.spanId}-01\n`);
    const told = only(({ name }) => name === 'POST /api/agent/steps/:id/complete');
    const asked = only(({ spanId }) => spanId === told.parentSpanId);
    expect(told).toMatchObject({ service: 'lockstep', traceId: run.traceId });
    expect(asked).toMatchObject({ service: 'lockstep-agent', name: 'POST', parentSpanId: step.spanId });
    const request = only(({ name }) => name === 'POST /api/runs');
    expect(request.links).toEqual([run.traceId]);
    expect(request.traceId).not.toBe(run.traceId);
    expect(receiver.received.join('')).not.toContain(token);
  });

  function only(fits: (span: ReceivedSpan) => boolean): ReceivedSpan {
    const found = receiver.spans.filter(fits);
    expect(found).toHaveLength(1);
    return found[0]!;
  }
});

describe('traces of servers on one PostgreSQL', { timeout: 120_000 }, () => {
  const database = postgres();
  let receiver: TraceReceiver;
  beforeEach(async () => {
    receiver = await startTraceReceiver();
  });
  afterEach(() => receiver.close());

  it('follow an upgrade through the queue to whoever does a share of it', async () => {
    const traces = readTraceSettings({ endpoint: receiver.endpoint }, {}, 'lockstep');
    const server = await startTestServer({ traces }, { database: await database.fresh() });
    await server.ended((await server.ask('POST', '/api/examples')).body);
    const plugin = 'org.example.fleet-tools';
    const { result } = await server.ended((await server.ask('POST', '/api/plans', { plugin })).body);
    const { items } = (await server.ask('GET', `/api/plans/${result}/questions?open=true`)).body;
    await server.ask('PUT', `/api/plans/${result}/answers`, { answers: { [items[0].question.groupKey]: 'delete' } });
    const applied = await server.ended((await server.ask('POST', `/api/plans/${result}/apply`)).body);
    expect(applied.reason).toBe(null);
    await server.stop();

    const operation = receiver.spans.find(({ name }) => name === 'operation apply')!;
    const shares = receiver.spans.filter(({ name }) => name === 'share of applying');
    expect(shares.length).toBeGreaterThan(0);
    for (const share of shares) {
      expect(share).toMatchObject({ traceId: operation.traceId, parentSpanId: operation.spanId });
    }
    const chunks = receiver.spans.filter(({ name }) => name === 'apply chunk');
    const within = shares.map(({ spanId }) => spanId);
    expect(chunks.length).toBeGreaterThan(0);
    for (const { parentSpanId } of chunks) expect(within).toContain(parentSpanId);
  });
});
