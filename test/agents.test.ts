import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LockstepError } from '../src/failure/index.ts';
import { readFolder, writeFolder, writePackage } from '../src/package/index.ts';
import { type AgentEvent, type AgentTransport, remoteAgentPort } from '../src/run/index.ts';
import { unpackPlugin } from '../src/service/index.ts';
import { mountRuns } from './journey/mount-runs.ts';
import { inARow, openWorkshop, type RunWorkshop, shell, shellPluginXml } from './journey/run-workshop.ts';

describe('an agent on another machine', () => {
  let workshop: RunWorkshop;
  let app: FastifyInstance;
  let url: string;
  let changed = false;
  const stopping = new AbortController();

  beforeAll(async () => {
    workshop = await openWorkshop({
      leaseSeconds: 3,
      packPlugin: async (folder) => {
        const whole = await readFolder(folder, { root: 'plugin' });
        if (!changed) return writePackage(whole, 'tar.gz');
        // still a whole package, with another command in it
        const other = join(workshop.folder, 'changed');
        await writeFolder(whole, other);
        writeFileSync(join(other, 'helper.sh'), 'echo "from somebody else"\n');
        return writePackage(await readFolder(other, { root: 'plugin' }), 'tar.gz');
      },
    });
    await workshop.plugin(1, shellPluginXml(1), {
      'helper.sh': 'echo "from the plugin"\n',
      'plugin.xml': shellPluginXml(1),
    });
    // connections that agents opened and never used hold up nobody
    app = Fastify({ forceCloseConnections: true });
    app.setErrorHandler((thrown, _request, reply) => {
      const error = thrown instanceof LockstepError ? thrown : new LockstepError('internal', String(thrown));
      return reply.status(error.status).send({ error: error.toJSON() });
    });
    app.decorateRequest('actor', null);
    mountRuns(app, workshop.runs, {
      authenticate: async (request) =>
        request.headers.authorization === 'Bearer right'
          ? { name: 'agent', role: 'admin', via: 'token', scopes: ['agent-work'], grants: [] }
          : null,
      uploadLimit: 1e6,
      stopping: stopping.signal,
    });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    stopping.abort();
    await workshop.close();
    await app.close();
  });

  const transport =
    (token = 'right'): AgentTransport =>
    async ({ method, path, body, answer, signal }) => {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
      const bytes = await response.arrayBuffer();
      if (!response.ok) {
        const { error } = JSON.parse(Buffer.from(bytes).toString()) as { error: { code: 'internal'; message: string } };
        throw new LockstepError(error.code, error.message);
      }
      if (answer === 'bytes') return new Uint8Array(bytes);
      return bytes.byteLength === 0 ? undefined : JSON.parse(Buffer.from(bytes).toString());
    };

  function start(name: string, labels: string[], events: AgentEvent[] = [], carry = transport()) {
    const home = join(workshop.folder, name);
    const agent = workshop.agent({
      name,
      labels,
      home,
      port: remoteAgentPort(carry),
      properties: { SITE: name },
      logFile: undefined as never,
      pluginFolder: undefined as never,
      unpack: unpackPlugin,
      onEvent: (event) => events.push(event),
    });
    return { agent, home };
  }

  it('fetches the plugin, works where its labels fit, sends logs, stops when told, and drains', async () => {
    const east = start('east', ['linux', 'east']);
    const west = start('west', ['linux', 'west']);
    const say = 'echo "${agent:SITE} $LOCKSTEP_ACTIVITY"; sh "$PLUGIN_HOME/helper.sh"';
    workshop.process(
      '1',
      inARow('Both', [shell('e', say, { agentLabels: ['east'] }), shell('w', say, { agentLabels: 'west, linux' })]),
    );
    const run = await workshop.runs.request({ processId: '1', by: 'ann', labels: ['linux'] });
    const ended = await workshop.until(run.id);
    expect(ended.stepList.map(({ id, agent, state }) => `${id} ${agent} ${state}`)).toEqual([
      'e east succeeded',
      'w west succeeded',
    ]);
    expect((await workshop.runs.log(run.id, 'e')).text).toBe('east e\nfrom the plugin\n');

    workshop.process(
      '2',
      inARow('Long', [shell('l', "trap '' TERM; echo begun; while :; do sleep 1; done", { agentLabels: 'east' })]),
    );
    const long = await workshop.runs.request({ processId: '2', by: 'ann' });
    await workshop.until(long.id, ({ stepList }) => stepList[0]!.logBytes > 0);
    await workshop.runs.cancel(long.id, 'ann');
    expect((await workshop.until(long.id)).state).toBe('cancelled');

    workshop.process(
      '3',
      inARow('Big', [shell('b', 'head -c 3000000 /dev/zero | tr "\\0" "y"', { agentLabels: 'west' })]),
    );
    const big = await workshop.runs.request({ processId: '3', by: 'ann' });
    expect((await workshop.until(big.id)).stepList[0]).toMatchObject({ state: 'succeeded', logBytes: 3_000_000 });

    workshop.process(
      '6',
      inARow('Leaving', [
        shell(
          'l',
          'cd "$LOCKSTEP_ARTIFACTS"; head -c 700000 /dev/zero | tr "\\0" "z" > big; cp big same; : > empty; mkdir d; echo x > d/x',
          { agentLabels: 'east' },
        ),
        shell('n', 'ln -s / "$LOCKSTEP_ARTIFACTS/root"', { agentLabels: 'east' }),
      ]),
    );
    const leaving = await workshop.runs.request({ processId: '6', by: 'ann' });
    expect(await workshop.until(leaving.id)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^n: .*"root" is a link/),
    });
    const artefacts = await workshop.runs.artefacts(leaving.id);
    expect(artefacts.map(({ name, size }) => `${name} ${size}`)).toEqual([
      'l/big 700000',
      'l/d/x 2',
      'l/empty 0',
      'l/same 700000',
    ]);
    const { file } = await workshop.runs.artefact(leaving.id, 'l/same');
    expect(readFileSync(file, 'latin1')).toBe('z'.repeat(700_000));

    await east.agent.drain();
    const waits = await workshop.runs.request({ processId: '1', by: 'ann' });
    expect((await workshop.runs.show(waits.id)).stepList[0]).toMatchObject({ id: 'e', state: 'ready' });
    await workshop.runs.cancel(waits.id, 'ann');
    expect((await workshop.until(waits.id)).state).toBe('cancelled');
    await west.agent.stop();
    expect(readdirSync(join(west.home, 'logs'))).toEqual([]);
    expect(readdirSync(join(east.home, 'artefacts'))).toEqual([]);
  });

  it('a plugin that was damaged on its way is not used: the step goes back, and is done once the plugin is whole', async () => {
    changed = true;
    const events: AgentEvent[] = [];
    workshop.process('4', inARow('Damaged', [shell('d', 'sh "$PLUGIN_HOME/helper.sh"', { agentLabels: 'north' })]));
    // what a former life of the agent left
    const leftovers = ['artefacts', 'logs', 'steps'].map((name) => join(workshop.folder, 'north', name, 'old'));
    for (const leftover of leftovers) mkdirSync(leftover, { recursive: true });
    const { agent, home } = start('north', ['north'], events);
    const run = await workshop.runs.request({ processId: '4', by: 'ann' });
    for (;;) {
      const change = workshop.runs.nextChange(run.id, 500);
      const history = await workshop.runs.events(run.id);
      if (history.some(({ type }) => type === 'step-given-back')) break;
      await change;
    }
    expect(events).toContainEqual({ type: 'trouble', message: expect.stringMatching(/has the digest \w+, not /) });
    expect(readdirSync(join(home, 'plugins'))).toEqual([]);
    expect(leftovers.filter(existsSync)).toEqual([]);
    changed = false;
    expect((await workshop.until(run.id)).state).toBe('succeeded');
    expect((await workshop.runs.log(run.id, 'd')).text).toBe('from the plugin\n');
    await agent.stop();
  });

  it('an agent reports only about its own steps, whatever it guesses', async () => {
    workshop.process('7', inARow('Own', [shell('o', 'true', { agentLabels: 'own' })]));
    const run = await workshop.runs.request({ processId: '7', by: 'ann' });
    const place = { host: 'h', home: '7', boot: 'b', properties: {}, slots: 1 };
    const own = { name: 'own', instance: 'own', labels: ['own'], ...place };
    await workshop.runs.dispatcher.register(own);
    const [step] = await workshop.runs.dispatcher.claim(own, 1, 5, new AbortController().signal);
    const result = {
      outcome: 'success',
      exitCode: 0,
      outputs: {},
      secureOutputs: [],
      message: null,
      logBytes: 0,
    } as const;

    const other = workshop.runs.dispatcherFor({ agent: 'other', labels: [] });
    const lost = { code: 'lease-lost' };
    await expect(other.start(step!)).rejects.toMatchObject(lost);
    await expect(other.appendLog(step!, 0, Buffer.from('x'))).rejects.toMatchObject(lost);
    const piece = { digest: 'a'.repeat(64), offset: 0, bytes: Buffer.from('x') };
    await expect(other.appendArtefact(step!, piece)).rejects.toMatchObject(lost);
    await expect(other.complete(step!, result)).rejects.toMatchObject(lost);
    await other.release(step!, 'not mine');
    for (const act of [
      () => other.register({ ...own, instance: 'x' }),
      () => other.leave(own),
      () => other.claim(own, 1, 0, new AbortController().signal),
      () => other.heartbeat(own, [step!]),
      () => other.register({ ...own, name: 'other' }),
      () =>
        workshop.runs
          .dispatcherFor({ agent: null, labels: null })
          .register({ ...own, name: 'built-in@h-1', labels: [] }),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'not-allowed' });

    const mine = workshop.runs.dispatcherFor({ agent: 'own', labels: ['own', 'more'] });
    await mine.start(step!);
    await mine.complete(step!, result);
    expect((await workshop.until(run.id)).stepList[0]).toMatchObject({ state: 'succeeded', agent: 'own', attempt: 1 });
  });

  it('an agent whose name another one took while it was silent is told so, stops its step and ends', async () => {
    const cut = { now: false };
    const events: AgentEvent[] = [];
    const { agent } = start('south', ['south'], events, async (request) => {
      if (cut.now) throw new LockstepError('server-unreachable', 'cut');
      return transport()(request);
    });
    const file = join(workshop.folder, 'south-ended');
    workshop.process(
      '8',
      inARow('Cut', [
        shell('c', `trap 'echo stopped > ${file}; exit 1' TERM; echo begun; while :; do sleep 0.05; done`, {
          agentLabels: 'south',
        }),
      ]),
    );
    const run = await workshop.runs.request({ processId: '8', by: 'ann' });
    await workshop.until(run.id, ({ stepList }) => stepList[0]!.logBytes > 0);
    const other = {
      name: 'south',
      instance: 'other',
      host: 'elsewhere',
      home: '2',
      boot: 'c',
      labels: [],
      properties: {},
      slots: 1,
    };
    await expect(workshop.runs.dispatcher.register(other)).rejects.toMatchObject({
      code: 'agent-name-taken',
      data: { agent: 'south', sameHome: false },
    });
    cut.now = true;
    // nobody else is refused for longer than a lease
    await workshop.until(run.id, ({ stepList }) => stepList[0]!.state === 'uncertain');
    await expect
      .poll(() => workshop.runs.dispatcher.register(other).catch(({ code }) => code))
      .toMatchObject({ heartbeatSeconds: 1 });
    cut.now = false;
    await expect(agent.ended).rejects.toMatchObject({
      code: 'agent-superseded',
      message: expect.stringMatching(/on elsewhere since/),
    });
    expect(existsSync(file)).toBe(true);
    expect(events.at(-1)).toEqual({ type: 'stopped' });
    expect((await workshop.runs.show(run.id)).stepList[0]).toMatchObject({ state: 'uncertain' });
  });

  it('a report with an old fence, or of somebody without a token, changes nothing', async () => {
    const port = remoteAgentPort(transport());
    const place = { host: 'h', home: '1', boot: 'b' };
    const identity = { name: 'hand', instance: 'i1', ...place, labels: ['hand'], properties: {}, slots: 1 };
    workshop.process('5', inARow('By hand', [shell('h', 'true', { agentLabels: 'hand' })]));
    const run = await workshop.runs.request({ processId: '5', by: 'ann' });
    await port.register(identity);
    const [first] = await port.claim(identity, 1, 5, new AbortController().signal);
    const result = {
      outcome: 'success' as const,
      exitCode: 0,
      outputs: {},
      secureOutputs: [],
      message: null,
      logBytes: 0,
    };
    // the agent is started anew, from its own folder: what it had claimed and not begun is given out again
    await port.register({ ...identity, instance: 'i2' });
    const [second] = await port.claim({ ...identity, instance: 'i2' }, 1, 5, new AbortController().signal);
    expect(second).toMatchObject({ id: first!.id, fence: first!.fence + 1 });
    await expect(port.start(first!)).rejects.toMatchObject({ code: 'lease-lost' });
    await expect(port.complete(first!, result)).rejects.toMatchObject({ code: 'lease-lost' });
    await expect(port.appendLog(first!, 0, Buffer.from('x'))).rejects.toMatchObject({ code: 'lease-lost' });
    await expect(remoteAgentPort(transport('wrong')).complete(second!, result)).rejects.toMatchObject({
      code: 'not-signed-in',
    });
    await port.start(second!);
    expect(await port.appendLog(second!, 0, Buffer.from('hello '))).toMatchObject({ size: 6 });
    expect(await port.appendLog(second!, 3, Buffer.from('lo world'))).toMatchObject({ size: 11 });
    const artefacts = [{ name: '../x', digest: 'a'.repeat(64), size: 1 }];
    await expect(port.complete(second!, { ...result, artefacts })).rejects.toMatchObject({ code: 'artefact-not-kept' });
    const piece = { digest: '../x', offset: 0, bytes: Buffer.from('x') };
    await expect(port.appendArtefact(second!, piece)).rejects.toMatchObject({ code: 'artefact-not-kept' });
    await expect(port.appendArtefact(first!, piece)).rejects.toMatchObject({ code: 'lease-lost' });
    await port.complete(second!, result);
    await port.complete(second!, result);
    expect((await workshop.until(run.id)).state).toBe('succeeded');
    expect((await workshop.runs.log(run.id, 'h')).text).toBe('hello world');
    expect((await workshop.runs.events(run.id)).filter(({ type }) => type === 'activity-ended')).toHaveLength(1);
  });
});
