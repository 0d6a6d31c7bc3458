import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../test/databases.ts';
import { inARow, openWorkshop, type RunWorkshop, shell, shellPluginXml } from '../../test/journey/run-workshop.ts';

let workshop: RunWorkshop;
let numbers = 0;

describe.each(databases())('a run on $name', ({ name: dialect, fresh }) => {
  beforeAll(async () => {
    workshop = await openWorkshop({ database: await fresh() });
    await workshop.plugin(1, shellPluginXml(1), {});
    await workshop.plugin(
      2,
      shellPluginXml(
        2,
        '<property name="added" required="true"><property-ui type="textBox" label="Added"/></property>',
      ),
      {},
    );
    workshop.agent();
  });
  afterAll(() => workshop.close());

  function process(...[children, fields]: [Parameters<typeof inARow>[1], Record<string, unknown>?]): string {
    const id = String(++numbers);
    workshop.process(id, inARow(`Process ${id}`, children, fields));
    return id;
  }
  const request = (processId: string, values: Record<string, string> = {}) =>
    workshop.runs.request({ processId, values, by: 'ann' });

  it('executes its steps one after another, with the outputs of earlier ones, and its history can be read', async () => {
    const id = process(
      [shell('first', 'echo out:name=World'), shell('second', 'echo "Hello ${p:first/name}, ${p:who}"')],
      {
        propDefs: [{ name: 'who', type: 'TEXT', required: true, value: '' }],
      },
    );
    const run = await request(id, { who: 'ann' });
    const ended = await workshop.until(run.id);
    expect(ended).toMatchObject({ state: 'succeeded', steps: 2, stepsDone: 2, reason: null, processVersion: 1 });
    expect((await workshop.runs.log(run.id, 'second')).text).toBe('Hello World, ann\n');
    expect(ended.stepList[0]).toMatchObject({
      id: 'first',
      path: [0],
      state: 'succeeded',
      exitCode: 0,
      agent: 'built-in',
      pluginVersion: 1,
    });
    expect(ended.stepList[0]!.outputs).toMatchObject({ name: 'World', exitCode: '0' });
    const events = await workshop.runs.events(run.id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.map(({ type, activity }) => (activity ? `${type} ${activity}` : type))).toEqual([
      'requested',
      'activity-started first',
      'step-started first',
      'activity-ended first',
      'activity-started second',
      'step-started second',
      'activity-ended second',
      'run-ended',
    ]);
  });

  it('counts the steps that were done: not those that nothing led to, and each turn of an iterator', async () => {
    const failing = process([shell('a', 'exit 3'), shell('b', 'true'), shell('c', 'true'), shell('d', 'true')]);
    const failed = await workshop.until((await request(failing)).id);
    expect(failed).toMatchObject({ state: 'failed', steps: 4, stepsDone: 1 });
    const loop = {
      ...{ type: 'componentIterator', name: 'Each', items: 'x,y,z', edges: [{ to: 'inner', type: 'ALWAYS' }] },
      ...{ maxIteration: '1', children: [shell('inner', 'test ${p:item/name} != y')] },
    } as const;
    const turns = process([shell('first', 'true'), loop as never, shell('last', 'true')]);
    const begun = await workshop.until((await request(turns)).id, ({ stepsDone }) => stepsDone > 0);
    expect(begun.steps).toBeGreaterThanOrEqual(3);
    expect(await workshop.until(begun.id)).toMatchObject({ state: 'failed', steps: 5, stepsDone: 4 });
    const called = process([shell('one', 'true'), shell('two', 'exit 1'), shell('three', 'true')]);
    const name = (await workshop.runs.form(called)).pin.name;
    const calling = process([
      { type: 'runProcess', name: 'Call', processName: name, children: [] } as never,
      { type: 'runProcess', name: 'Again', processName: name, children: [] } as never,
    ]);
    const outer = await workshop.until((await request(calling)).id);
    expect(outer).toMatchObject({ state: 'failed', steps: 6, stepsDone: 2 });
  });

  it('[PROP-3] asks for what is missing, all at once, a property that a new plugin version requires included', async () => {
    const id = process([shell('a', 'true', { version: 2 }), shell('b', '')], {
      propDefs: [
        { name: 'who', label: 'Who', type: 'TEXT', required: true, value: '' },
        { name: 'size', type: 'SELECT', required: true, value: '', allowedValues: [{ label: 'Small', value: 's' }] },
        { name: 'note', type: 'TEXT', required: false, value: '' },
        { name: 'has default', type: 'TEXT', required: true, value: 'x' },
      ],
    });
    const form = await workshop.runs.form(id);
    expect(form.asks.map(({ name, required }) => `${name}${required ? '!' : ''}`)).toEqual([
      'who!',
      'size!',
      'note',
      'has default!',
      'a/added!',
      'b/script!',
    ]);
    await expect(request(id, { size: 'xl' })).rejects.toMatchObject({
      code: 'run-needs-answers',
      message: expect.stringMatching(
        /needs 4 answers:\n {2}who \(Who\)\n {2}a\/added \(Added\)\n {2}b\/script \(Script\)\n {2}size: "xl" is none of s/,
      ),
    });
    const run = await request(id, { who: 'ann', size: 's', 'a/added': 'y', 'b/script': 'echo "asked"' });
    expect((await workshop.until(run.id)).state).toBe('succeeded');
    expect((await workshop.runs.log(run.id, 'b')).text).toBe('asked\n');
  });

  it('keeps answers in the process when asked to, as a new version, except secure ones', async () => {
    const id = process([shell('a', '')], { propDefs: [{ name: 'pw', type: 'SECURE', required: true, value: '' }] });
    const run = await workshop.runs.request({
      processId: id,
      values: { 'a/script': 'true', pw: 'hush-hush' },
      keep: true,
      by: 'ann',
    });
    expect(run.processVersion).toBe(2);
    expect((await workshop.runs.form(id)).asks.map(({ name }) => name)).toEqual(['pw']);
    await workshop.until(run.id);
  });

  it('secure values reach the step, and neither the log, the database nor the history', async () => {
    const secret = 'correct-horse-battery';
    const id = process(
      [
        shell('a', 'echo "token ${p:pw}; out:"; echo "out:leak=${p:pw}"', { properties: { token: '${p:pw}' } }),
        shell('b', 'test "${p:a/leak}" = "••••" && exit 9; echo "${p:a/leak}" | rev'),
      ],
      { propDefs: [{ name: 'pw', type: 'SECURE', required: true, value: '' }] },
    );
    const run = await request(id, { pw: secret });
    const ended = await workshop.until(run.id);
    expect((await workshop.runs.log(run.id, 'a')).text).not.toContain(secret);
    const rows = await Promise.all(
      (['run', 'run_event', 'run_step'] as const).map((table) =>
        workshop.store.db.selectFrom(table).selectAll().execute(),
      ),
    );
    expect(JSON.stringify([rows, ended])).not.toContain(secret);
    for (const file of readdirSync(join(workshop.runs.folder, run.id)))
      expect(readFileSync(join(workshop.runs.folder, run.id, file), 'utf8')).not.toContain(secret);
  });

  it('a failed step ends the run with its reason; retry goes on from there', async () => {
    const flag = join(workshop.folder, `flag${dialect}${numbers}`);
    const id = process([shell('a', `echo a >> ${flag}.a`), shell('b', `test -f ${flag}`), shell('c', 'true')]);
    const run = await request(id);
    const failed = await workshop.until(run.id);
    expect(failed).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^b: The command ended with exit code 1/),
    });
    await expect(workshop.runs.retry(run.id, 'ann', ['nope'])).rejects.toMatchObject({ code: 'run-state' });
    writeFileSync(flag, '');
    await workshop.runs.retry(run.id, 'ann');
    const again = await workshop.until(run.id);
    expect(again.state).toBe('succeeded');
    expect(again.stepList.map(({ id: key, attempt }) => `${key}:${attempt}`)).toEqual(['a:1', 'b:2', 'c:1']);
    expect(readFileSync(`${flag}.a`, 'utf8')).toBe('a\n');
    await expect(workshop.runs.retry(run.id, 'ann')).rejects.toMatchObject({ code: 'run-state' });
  });

  it('cancel stops a step that ignores SIGTERM, and the run ends cancelled', async () => {
    const id = process([shell('long', "trap '' TERM; echo begun; while :; do sleep 1; done"), shell('after', 'true')]);
    const run = await request(id);
    await workshop.until(run.id, ({ stepList }) => stepList[0]!.logBytes > 0);
    await workshop.runs.cancel(run.id, 'ann');
    const ended = await workshop.until(run.id);
    expect(ended).toMatchObject({ state: 'cancelled' });
    expect(ended.stepList.map(({ id: key, state }) => `${key} ${state}`)).toEqual(['long cancelled']);
  });

  it('locks let one run in at a time, in the order of asking', async () => {
    const log = join(workshop.folder, `locked${dialect}`);
    const id = process([
      { type: 'acquireLock', name: 'in', lockName: 'the door' },
      shell('work', `echo in >> ${log}; sleep 0.05; echo out >> ${log}`),
      { type: 'releaseLock', name: 'out', lockName: 'the door' },
    ]);
    const runs = await Promise.all(Array.from({ length: 6 }, () => request(id)));
    for (const run of runs) expect((await workshop.until(run.id)).state).toBe('succeeded');
    expect(readFileSync(log, 'utf8')).toBe('in\nout\n'.repeat(6));
    expect(await workshop.store.db.selectFrom('run_lock').selectAll().execute()).toEqual([]);
  });

  it('sleeps, asks people, and goes through preconditions', async () => {
    const id = process(
      [
        { type: 'processSleep', name: 'nap', sleepTime: '0.1' },
        { type: 'manualTask', name: 'approve', description: 'Go on?' },
        shell('skipped', 'exit 1', { preconditionScript: 'properties.get("mode") == "full" && "${p:mode}" == "full"' }),
        shell('done', 'echo "${p:approve/comment}"', { preconditionScript: '"${p:mode}" == "it\'s \\"light\\""' }),
      ],
      { propDefs: [{ name: 'mode', type: 'TEXT', required: true, value: '' }] },
    );
    const run = await request(id, { mode: 'it\'s "light"' });
    const asking = await workshop.until(run.id, ({ state }) => state === 'waiting');
    expect(asking.stepList.at(-1)).toMatchObject({ id: 'approve', state: 'asking' });
    await expect(workshop.runs.answer(run.id, 'nap', { by: 'ann', outcome: 'success' })).rejects.toMatchObject({
      code: 'run-state',
    });
    await workshop.runs.answer(run.id, 'approve', { by: 'ann', outcome: 'success', values: { comment: 'fine' } });
    const ended = await workshop.until(run.id);
    expect(ended.stepList.map(({ id: key, state }) => `${key} ${state}`)).toEqual([
      'nap succeeded',
      'approve succeeded',
      'skipped skipped',
      'done succeeded',
    ]);
    expect((await workshop.runs.log(run.id, 'done')).text).toBe('fine\n');
  });

  it('runs other processes, refuses circles before anything begins, and missing plugins and processes too', async () => {
    const inner = process([shell('inner', 'echo "got ${p:what}"')], {
      propDefs: [{ name: 'what', type: 'TEXT', required: true, value: '' }],
    });
    const outer = process([{ type: 'runProcess', name: 'call', processName: `Process ${inner}`, properties: {} }]);
    expect((await workshop.runs.form(outer)).asks.map(({ name }) => name)).toEqual(['call/what']);
    const run = await request(outer, { 'call/what': 'it' });
    expect((await workshop.until(run.id)).state).toBe('succeeded');
    expect((await workshop.runs.log(run.id, 'call>/inner')).text).toBe('got it\n');

    const circle = process([{ type: 'runProcess', name: 'call', processName: `Process ${numbers + 1}` }]);
    await expect(request(circle)).rejects.toMatchObject({ code: 'run-circular' });
    await expect(request(process([shell('a', 'true', { version: 99 })]))).rejects.toMatchObject({
      code: 'plugin-not-found',
      message: expect.stringContaining('Shell version 99, which is not installed'),
    });
    await expect(request(process([{ type: 'runProcess', name: 'call', processName: 'Nobody' }]))).rejects.toMatchObject(
      { code: 'process-not-found' },
    );
    await expect(request(process([shell('a', 'true', { commandName: 'Nope' })]))).rejects.toMatchObject({
      code: 'process-not-valid',
    });
  });

  it('an iterator asks for its list, and goes through it', async () => {
    const each = {
      type: 'componentEnvironmentIterator',
      name: 'each',
      maxIteration: 2,
      children: [shell('do', 'echo "${p:resource.name} ${p:iteration}"')],
    };
    const id = process([each]);
    await expect(request(id)).rejects.toThrow(/each/);
    const run = await request(id, { each: 'north, south\nwest' });
    const ended = await workshop.until(run.id);
    expect(
      ended.stepList
        .filter(({ type }) => type === 'plugin')
        .map(({ id: key, turn }) => `${key} ${turn}`)
        .sort(),
    ).toEqual(['each#1/do [1]', 'each#2/do [2]', 'each#3/do [3]']);
    expect((await workshop.runs.log(run.id, 'each#2/do')).text).toBe('south 2\n');
  });

  it('[DO-8] ends on the process version it started with', async () => {
    const id = process([{ type: 'manualTask', name: 'wait' }, shell('say', 'echo old')]);
    const run = await request(id);
    workshop.process(id, inARow(`Process ${id}`, [shell('say', 'echo new')]));
    const later = await request(id);
    await workshop.runs.answer(run.id, 'wait', { by: 'ann', outcome: 'success' });
    await Promise.all([workshop.until(run.id), workshop.until(later.id)]);
    expect((await workshop.runs.log(run.id, 'say')).text).toBe('old\n');
    expect((await workshop.runs.log(later.id, 'say')).text).toBe('new\n');
  });

  it('[DO-8] ends on the content it started with when its plugin version is loaded again', async () => {
    const xml = (word: string) => shellPluginXml(7).replace('value="${p:script}"', `value="echo ${word}"`);
    await workshop.plugin(7, xml('before'), {});
    const id = process([{ type: 'manualTask', name: 'wait' }, shell('say', '-', { version: 7 })]);
    const run = await request(id);
    await workshop.plugin(7, xml('after'), {});
    const later = await request(id);
    for (const { id: each } of [run, later])
      await workshop.runs.answer(each, 'wait', { by: 'ann', outcome: 'success' });
    await Promise.all([workshop.until(run.id), workshop.until(later.id)]);
    expect((await workshop.runs.log(run.id, 'say')).text).toBe('before\n');
    expect((await workshop.runs.log(later.id, 'say')).text).toBe('after\n');
  });

  it('unknown programs and expressions that refer to nothing fail their step with the place', async () => {
    const run = await request(process([shell('a', 'x ${p:nowhere}')]));
    expect((await workshop.until(run.id)).reason).toContain(
      'a: activity "a", property "script", line 1, column 3: ${p:nowhere} refers to nothing',
    );
  });

  it('a run is kept and begun at once, or not at all', async () => {
    const task = { type: 'manualTask', name: 'm' };
    const run = await request(process([task]));
    expect(await workshop.runs.events(run.id)).toMatchObject([
      { seq: 1, type: 'requested' },
      { seq: 2, type: 'activity-started', activity: 'm' },
      { seq: 3, type: 'task-asked', activity: 'm' },
    ]);
    await workshop.runs.cancel(run.id, 'ann');
    const twice = process([task, task]);
    await expect(request(twice)).rejects.toMatchObject({ code: 'process-not-valid' });
    expect(await workshop.runs.list({ process: twice })).toEqual({ items: [], total: 0 });
  });

  it('a step finds its agent behind any number that wait for others', async () => {
    const far = Array.from({ length: 60 }, (_, index) => shell(`far ${index}`, 'true', { agentLabels: 'nowhere' }));
    const graph = { type: 'graph', name: 'g', children: far };
    const id = String(++numbers);
    workshop.process(id, { name: `Process ${id}`, rootActivity: graph });
    const waiting = await request(id);
    const run = await request(process([shell('near', 'true')]));
    expect((await workshop.until(run.id)).state).toBe('succeeded');
    expect((await workshop.runs.show(waiting.id)).stepList.map(({ state }) => state)).toEqual(far.map(() => 'ready'));
    await workshop.runs.cancel(waiting.id, 'ann');
    expect((await workshop.until(waiting.id)).state).toBe('cancelled');
  });

  it('keeps what steps leave, a failed one too; the last attempt wins, and it goes with its run', async () => {
    const left = 'mkdir "$LOCKSTEP_ARTIFACTS/out"; echo "$LOCKSTEP_ACTIVITY" > "$LOCKSTEP_ARTIFACTS/out/name"';
    const flag = join(workshop.folder, `artefacts${dialect}${numbers}`);
    const id = process([
      shell('a', left),
      shell('b', `${left}; test -f ${flag} && echo again > "$LOCKSTEP_ARTIFACTS/out/name"; test -f ${flag}`),
    ]);
    const run = await request(id);
    expect((await workshop.until(run.id)).state).toBe('failed');
    const names = async () => (await workshop.runs.artefacts(run.id)).map(({ name, attempt }) => `${name} ${attempt}`);
    expect(await names()).toEqual(['a/out/name 1', 'b/out/name 1']);
    writeFileSync(flag, '');
    await workshop.runs.retry(run.id, 'ann');
    expect((await workshop.until(run.id)).state).toBe('succeeded');
    expect(await names()).toEqual(['a/out/name 1', 'b/out/name 2']);
    const kept = await workshop.runs.artefact(run.id, 'b/out/name');
    expect(kept).toMatchObject({ activity: 'b', size: 6, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(readFileSync(kept.file, 'utf8')).toBe('again\n');
    for (const name of ['b/out', '../a', 'b/../a/out/name'])
      await expect(workshop.runs.artefact(run.id, name)).rejects.toMatchObject({ code: 'artefact-not-found' });
    await expect(workshop.runs.artefacts('nobody')).rejects.toMatchObject({ code: 'run-not-found' });
    await workshop.runs.sweep({ days: -1, keep: 0 });
    expect(existsSync(kept.file)).toBe(false);
    expect(await workshop.store.db.selectFrom('run_artefact').selectAll().execute()).toEqual([]);
  });

  it('old runs are swept with their logs, young ones and those under way stay', async () => {
    const id = process([shell('a', 'echo hi')]);
    const run = await request(id);
    await workshop.until(run.id);
    const waiting = await request(process([{ type: 'manualTask', name: 'm' }]));
    expect(await workshop.runs.sweep({ days: 1, keep: 0 })).toBe(0);
    expect(await workshop.runs.sweep({ days: -1, keep: 1 })).toBeGreaterThanOrEqual(0);
    expect(await workshop.runs.sweep({ days: -1, keep: 0 })).toBeGreaterThan(0);
    await expect(workshop.runs.show(run.id)).rejects.toMatchObject({ code: 'run-not-found' });
    expect(existsSync(join(workshop.runs.folder, run.id))).toBe(false);
    expect((await workshop.runs.show(waiting.id)).state).toBe('waiting');
  });
});
