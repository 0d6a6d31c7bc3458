import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFolder, writePackage } from '../../package/index.ts';
import { startTestServer, type TestServer } from '../../server/testing/start-test-server.ts';
import { type ReceivedSpan, startTraceReceiver, type TraceReceiver } from '../../server/testing/trace-receiver.ts';
import { readTraceSettings } from './trace-settings.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const plugin = 'org.example.fleet-tools';
let receiver: TraceReceiver;
let server: TestServer;

async function start(settings: { sampler?: 'parentbased_traceidratio'; ratio?: number } = {}): Promise<void> {
  const written = { endpoint: receiver.endpoint, serviceName: 'berlin', ...settings };
  server = await startTestServer({ traces: readTraceSettings(written, {}, 'lockstep') });
}

beforeEach(async () => {
  receiver = await startTraceReceiver();
});
afterEach(async () => {
  await server.stop();
  await receiver.close();
});

/** As a client that has a trace of its own. */
async function askWithin(traceId: string, spanId: string, flags: string, method: string, path: string) {
  const response = await fetch(new URL(path, server.url), {
    method,
    headers: { authorization: `Bearer ${server.token}`, traceparent: `00-${traceId}-${spanId}-${flags}` },
  });
  return response.json();
}

/** What encloses a span, innermost first. */
function above(span: ReceivedSpan): string[] {
  const parent = receiver.spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent ? [parent.name, ...above(parent)] : [];
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('traces', () => {
  it('show one upgrade as one trace: request, operation, chunks, transactions, in the trace of who asked', async () => {
    await start();
    await server.ended((await server.ask('POST', '/api/examples')).body);
    const { result } = await server.ended((await server.ask('POST', '/api/plans', { plugin })).body);
    const { items } = (await server.ask('GET', `/api/plans/${result}/questions?open=true`)).body;
    const answers = { [items[0].question.groupKey]: 'delete' };
    await server.ask('PUT', `/api/plans/${result}/answers`, { answers });
    const applied = await server.ended(await askWithin(traceId, spanId, '01', 'POST', `/api/plans/${result}/apply`));
    expect(applied.state).toBe('success');
    await server.stop();

    const mine = receiver.spans.filter((span) => span.traceId === traceId);
    const route = 'POST /api/plans/:id/apply';
    const request = mine.find(({ name }) => name === route);
    expect(request).toMatchObject({ parentSpanId: spanId, service: 'berlin' });
    expect(request?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/api/plans/:id/apply',
      'http.response.status_code': 202,
    });
    expect(above(mine.find(({ name }) => name === 'operation apply')!)).toEqual([route]);
    const chunk = mine.find(({ name }) => name === 'apply chunk')!;
    expect(chunk.attributes).toMatchObject({ 'lockstep.plan.id': String(result), 'lockstep.chunk.applied': 11 });
    const within = mine.filter(({ name }) => name === 'transaction').map(above);
    expect(within).toContainEqual(['apply chunk', 'operation apply', route]);
    // what the other requests did is in traces of their own
    expect(receiver.spans.some(({ name }) => name === 'operation plan')).toBe(true);
    expect(mine.some(({ name }) => name === 'operation plan')).toBe(false);
    expect(receiver.spans.some(({ name, parentSpanId }) => name === 'transaction' && !parentSpanId)).toBe(false);
  });

  it('follow an install to the channel, which is told the trace, and name the code of what fails', async () => {
    await start();
    const tree = await readFolder(`${root}examples/fleet-tools/1`, { root: plugin });
    const packages = [{ name: `${plugin}-1.tar.bz2`, content: await writePackage(tree, 'tar.bz2') }];
    await server.services.served!.repository.publish('testing', { who: 'author', packages });
    const channel = new URL('plugins/1/testing/', server.url).href;
    await server.ask('PUT', '/api/settings/plugin_server', { value: channel });
    await server.ended((await server.ask('POST', '/api/plugins/update')).body);
    const operation = await askWithin(traceId, spanId, '01', 'POST', `/api/plugins/${plugin}/install`);
    expect((await server.ended(operation)).reason).toBe(null);
    await server.ended((await server.ask('POST', '/api/plugins/no-such-plugin/install')).body);
    await server.stop();

    const mine = receiver.spans.filter((span) => span.traceId === traceId);
    const download = mine.find(({ name }) => name === 'plugin download')!;
    expect(above(download)).toEqual(['plugin install', 'operation install', 'POST /api/plugins/:id/install']);
    const asked = mine.find(({ name, parentSpanId }) => name === 'GET' && parentSpanId === download.spanId)!;
    expect(asked.attributes).toMatchObject({ 'http.response.status_code': 200, 'server.address': '127.0.0.1' });
    const failed = receiver.spans.find(({ name, status }) => name === 'operation install' && status === 2);
    expect(failed?.attributes['error.type']).toBe('plugin-not-offered');
  });

  it('hold no secret: no token, password, query, value of a process, nor the words of an error', async () => {
    await start();
    const secrets = { query: 'query-5e77', password: 'hunter-22-hunter', value: 'correct-horse-battery' };
    await server.ask('GET', `/api/processes?search=${secrets.query}&token=${secrets.query}`);
    await server.ask('GET', `/api/processes/${secrets.query}`);
    await server.ask('GET', `/nowhere/${secrets.query}?token=${secrets.query}`);
    await server.ask('POST', '/api/session', { name: 'admin', password: secrets.password }, null);
    const document = {
      name: 'Holds a secret',
      rootActivity: { type: 'graph', name: '', edges: [], children: [] },
      properties: [{ name: 'p', value: secrets.value, secure: true }],
    };
    const form = new FormData();
    form.append('file', new Blob([JSON.stringify(document)]), 'export.json');
    expect((await server.ask('POST', '/api/processes/import', form)).status).toBe(200);
    const bad = new FormData();
    bad.append('file', new Blob([`{"name": "${secrets.value}"`]), 'export.json');
    expect((await server.ask('POST', '/api/processes/import', bad)).status).toBe(422);
    const address = `http://user:${secrets.password}@127.0.0.1:9/${secrets.query}/?token=${secrets.query}`;
    await server.ask('PUT', '/api/settings/plugin_server', { value: address });
    const update = await server.ended((await server.ask('POST', '/api/plugins/update')).body);
    expect(update.state).toBe('fail');
    await server.stop();

    expect(receiver.spans.length).toBeGreaterThan(8);
    expect(receiver.spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'GET /api/processes/:id',
        'POST /api/session',
        'POST /api/processes/import',
        'operation update',
      ]),
    );
    for (const secret of [...Object.values(secrets), server.token])
      expect(receiver.received.join('')).not.toContain(secret);
  });

  it('are not made where the sampler says so, unless the client’s trace is sampled', async () => {
    await start({ sampler: 'parentbased_traceidratio', ratio: 0 });
    await server.ask('GET', '/api/processes');
    await askWithin(traceId, spanId, '00', 'GET', '/api/plans');
    await askWithin(traceId, spanId, '01', 'GET', '/api/plugins');
    await server.stop();
    const requests = receiver.spans.map(({ name }) => name).filter((name) => name.startsWith('GET '));
    expect(requests).toEqual(['GET /api/plugins']);
  });

  it('that nobody takes are lost with one word in the log, and nothing else happens', async () => {
    receiver.answerWith(400);
    await start();
    expect((await server.ask('GET', '/api/processes')).status).toBe(200);
    await server.stop();
    expect(receiver.received.length).toBeGreaterThan(0);
    expect(server.logged.filter((line) => line.includes('traces could not be sent'))).toHaveLength(1);
  });
});

describe('a server that is not asked for traces', () => {
  beforeEach(() => start());

  it('loads nothing of OpenTelemetry', () => {
    const program = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ resolve(name, context, next) {
        const found = next(name, context);
        if (/opentelemetry.(sdk|core|exporter|resources)/.test(found.url)) seen.push(name);
        return found;
      } });
      const { startServer } = await import('./src/server/index.ts');
      const { readConfig } = await import('./src/service/index.ts');
      const { mkdtemp, rm } = await import('node:fs/promises');
      const folder = await mkdtemp((await import('node:os')).tmpdir() + '/lockstep-traces-');
      for (const endpoint of [undefined, 'http://127.0.0.1:9']) {
        const config = await readConfig({ file: null, env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER: 'always_off' },
          flags: { data: folder + '/data', port: 0 }, cwd: folder });
        const server = await startServer({ ...config, log: { level: 'silent' } });
        await server.stop();
        console.log(seen.length > 0);
      }
      await rm(folder, { recursive: true });`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: root,
      encoding: 'utf8',
    });
    // the second start shows that the question is a good one
    expect([stdout, stderr]).toEqual(['false\ntrue\n', '']);
  });
});
