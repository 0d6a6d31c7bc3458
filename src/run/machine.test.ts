import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity, Edge, ProcessDocument } from '../process/index.ts';
import { newRun, next } from './machine.ts';
import type { ProcessPin, RunCommand, RunInput, RunMachineEvent, RunState } from './run-state.ts';
import { displayValue, valueFrom } from './value.ts';

const noInput: RunInput = { answers: {}, steps: {}, scopes: {}, lists: {} };

function step(name: string, fields: Record<string, unknown> = {}): Activity {
  return { type: 'plugin', name, pluginName: 'P', pluginVersion: 1, commandName: 'S', properties: {}, ...fields };
}

/** `a>b` SUCCESS, `a!b` FAILURE, `a*b` ALWAYS, `a=v=b` VALUE, `>a` starts. */
function edges(text: string): Edge[] {
  return text.split(' ').map((word): Edge => {
    const value = /^(.+)=(.*)=(.+)$/.exec(word);
    if (value) return { from: value[1]!, to: value[3]!, type: 'VALUE', value: value[2]! };
    const [, from, mark, to] = /^([^>!*]*)([>!*])(.+)$/.exec(word)!;
    const type = mark === '>' ? 'SUCCESS' : mark === '!' ? 'FAILURE' : 'ALWAYS';
    return from === '' ? { to: to!, type: 'ALWAYS' } : { from: from!, to: to!, type };
  });
}

function processOf(children: Activity[], links: string, fields: Record<string, unknown> = {}): ProcessDocument {
  return { name: 'Main', rootActivity: { type: 'graph', name: 'g', children, edges: edges(links) }, ...fields };
}

class Bench {
  state: RunState;
  open: RunCommand[] = [];
  happened: string[] = [];
  readonly others: Record<string, ProcessDocument>;
  readonly document: ProcessDocument;
  constructor(document: ProcessDocument, input: Partial<RunInput> = {}, others: Record<string, ProcessDocument> = {}) {
    this.document = document;
    this.others = others;
    this.state = newRun({ processId: 'main', version: 1, name: document.name }, { ...noInput, ...input });
    this.send({ type: 'start' });
  }
  documents = (pin: ProcessPin): ProcessDocument =>
    pin.processId === 'main' ? this.document : this.others[pin.processId]!;
  send(event: RunMachineEvent): this {
    // states and events survive storage
    const result = next(JSON.parse(JSON.stringify(this.state)), event, this.documents);
    this.state = result.state;
    this.open.push(...result.commands);
    this.happened.push(...result.happened.map(({ type, activity }) => (activity ? `${type} ${activity}` : type)));
    return this;
  }
  /** Orders not yet answered, by key. */
  get steps(): string[] {
    return this.open.filter((command) => command.type === 'runStep').map((command) => command.key);
  }
  end(key: string, outcome: 'success' | 'failure' = 'success', outputs: Record<string, string> = {}): this {
    expect(this.steps).toContain(key);
    this.open = this.open.filter((command) => !(command.type === 'runStep' && command.key === key));
    return this.send({ type: 'stepEnded', key, outcome, outputs });
  }
  properties(key: string): Record<string, string> {
    const order = this.open.find((command) => command.type === 'runStep' && command.key === key);
    if (order?.type !== 'runStep') throw new Error(`${key} was not ordered`);
    return Object.fromEntries(
      Object.entries(order.properties).map(([name, parts]) => [name, displayValue(valueFrom(parts))]),
    );
  }
  outcome(key: string): string | undefined {
    return this.state.activities[key]?.outcome;
  }
}

const finish: Activity = { type: 'finish', name: 'finish', children: [] };

describe('a run', () => {
  it('goes along SUCCESS, FAILURE and ALWAYS edges; a failure without a FAILURE edge fails the run', () => {
    const document = processOf([step('a'), step('b'), step('c'), step('d'), finish], '>a a>b a!c b*d c*d d>finish');
    const good = new Bench(document).end('a').end('b').end('d');
    expect([good.state.status, good.outcome('c'), good.outcome('finish')]).toEqual(['success', 'unreached', 'success']);
    const handled = new Bench(document).end('a', 'failure').end('c').end('d');
    expect([handled.state.status, handled.outcome('b')]).toEqual(['success', 'unreached']);
    const bad = new Bench(document).end('a').end('b', 'failure').end('d');
    expect(bad.state.status).toBe('failure');
  });

  it('runs branches at once and joins when every edge is decided', () => {
    const bench = new Bench(processOf([step('a'), step('b'), step('c')], '>a >b a>c b>c'));
    expect(bench.steps).toEqual(['a', 'b']);
    bench.end('b');
    expect(bench.steps).toEqual(['a']);
    bench.end('a');
    expect(bench.steps).toEqual(['c']);
    expect(bench.end('c').state.status).toBe('success');
  });

  it.each([
    ['red', 'r'],
    ['blue', 'other'],
    ['', 'other'],
  ])('a switch on %j takes the branch %s', (colour, expected) => {
    const document = processOf(
      [{ type: 'switch', name: 's', propertyName: 'colour' }, step('r'), step('other')],
      '>s s=red=r s==other',
    );
    expect(new Bench(document, { answers: { colour } }).steps).toEqual([expected]);
  });

  it('allowFailure makes a failure count as success, setStatus decides the run', () => {
    const allowed = new Bench(processOf([step('a', { allowFailure: true }), step('b')], '>a a>b')).end('a', 'failure');
    expect(allowed.end('b').state.status).toBe('success');
    const set = processOf([step('a'), { type: 'setStatus', name: 's', status: 'FAILURE' }], '>a a>s');
    expect(new Bench(set).end('a').state.status).toBe('failure');
  });

  it('outputs of earlier steps, runtime properties and prevStep reach later ones', () => {
    const document = processOf(
      [
        step('Get Token'),
        { type: 'createRuntimeProperty', name: 'set', propertyName: 'where', propertyValue: '${p:Get Token/host}:80' },
        step('use', {
          properties: { t: '${p:Get Token/token}', w: '${where}', n: '${p:process.name}', p: '${p?:prevStep/x}' },
        }),
      ],
      '>Get*set',
    );
    const links = {
      ...document,
      rootActivity: {
        ...document.rootActivity,
        edges: [
          { to: 'Get Token', type: 'ALWAYS' as const },
          { from: 'Get Token', to: 'set', type: 'SUCCESS' as const },
          { from: 'set', to: 'use', type: 'SUCCESS' as const },
        ],
      },
    };
    const bench = new Bench(links).end('Get Token', 'success', { token: 'T', host: 'h' });
    expect(bench.properties('use')).toEqual({ t: 'T', w: 'h:80', n: 'Main', p: '' });
  });

  it('a name is looked up in the documented order', () => {
    const read = (input: Partial<RunInput>, fields: Record<string, unknown> = {}): string | undefined =>
      new Bench(processOf([step('a', { properties: { v: '${p:x}' } })], '>a', fields), input).properties('a')['v'];
    const scopes = {
      version: { x: 'version' },
      resource: { x: 'resource' },
      environment: { x: 'environment' },
      system: { x: 'system' },
    };
    const properties = { properties: [{ name: 'x', value: 'process' }] };
    expect(read({ answers: { x: 'answer' }, scopes }, properties)).toBe('answer');
    expect(read({ scopes }, properties)).toBe('process');
    expect(read({ scopes }, { propDefs: [{ name: 'x', type: 'TEXT', value: 'default ${p:resource/x}' }] })).toBe(
      'default resource',
    );
    expect(read({ scopes })).toBe('version');
    expect(read({ scopes: { ...scopes, version: {} } })).toBe('resource');
    expect(read({ scopes: { system: { x: 'system' } } })).toBe('system');
  });

  it('an expression that refers to nothing fails its step, with its place, and the failure edge is taken', () => {
    const bench = new Bench(processOf([step('a', { properties: { v: 'x ${p:none}' } }), step('b')], '>a a!b'));
    expect(bench.state.activities['a']?.message).toContain('activity "a", property "v", line 1, column 3: ${p:none}');
    expect(bench.steps).toEqual(['b']);
  });

  it('[PROP-3] an answer for a step stands in for the value that the process does not have', () => {
    const bench = new Bench(processOf([step('a', { properties: { v: '1' } })], '>a'), {
      steps: { 'a/new': 'n', 'b/new': 'x' },
    });
    expect(bench.properties('a')).toEqual({ v: '1', new: 'n' });
  });

  it('a precondition that is not true skips the step as a success; one that fails, fails it', () => {
    const document = processOf([step('a', { preconditionScript: '"${p:q}" == "x"' }), step('b')], '>a a>b');
    const bench = new Bench(document, { answers: { q: '";evil("' } });
    const command = bench.open[0]!;
    expect(command.type === 'decidePrecondition' && displayValue(valueFrom(command.script))).toBe(
      '"\\";evil(\\"" == "x"',
    );
    bench.send({ type: 'preconditionDecided', key: 'a', holds: false });
    expect([bench.outcome('a'), bench.steps]).toEqual(['skipped', ['b']]);
    const failed = new Bench(document, { answers: { q: '1' } }).send({
      type: 'preconditionDecided',
      key: 'a',
      holds: false,
      error: 'no',
    });
    expect(failed.state.status).toBe('failure');
  });

  it('iterators go through the given list, as many at once as allowed', () => {
    const iterator: Activity = {
      type: 'componentEnvironmentIterator',
      name: 'each',
      maxIteration: '2',
      failFast: 'false',
      children: [step('do', { properties: { r: '${p:resource.name}/${p:resource/port}/${p:item}' } })],
    };
    const lists = {
      each: [
        { name: 'r1', port: '1' },
        { name: 'r2', port: '2' },
        { name: 'r3', port: '3' },
      ],
    };
    const bench = new Bench(processOf([iterator, step('after')], '>each each>after'), { lists });
    expect(bench.steps).toEqual(['each#1/do', 'each#2/do']);
    expect(bench.properties('each#2/do')).toEqual({ r: 'r2/2/r2' });
    bench.end('each#1/do');
    expect(bench.steps).toEqual(['each#2/do', 'each#3/do']);
    bench.end('each#2/do').end('each#3/do');
    expect(bench.end('after').state.status).toBe('success');
  });

  it('failFast begins no further item after a failure; without a list the iterator fails and says what to give', () => {
    const iterator = (failFast: string): Activity => ({
      type: 'resourceIterator',
      name: 'each',
      maxIteration: 1,
      failFast,
      items: 'a,b',
      children: [step('do')],
    });
    const fast = new Bench(processOf([iterator('true')], '>each')).end('each#1/do', 'failure');
    expect([fast.state.status, fast.steps]).toEqual(['failure', []]);
    const slow = new Bench(processOf([iterator('false')], '>each')).end('each#1/do', 'failure');
    expect(slow.steps).toEqual(['each#2/do']);
    const none = new Bench(processOf([{ type: 'resourceIterator', name: 'each', children: [step('do')] }], '>each'));
    expect(none.state.activities['each']?.message).toMatch(/No list is given/);
  });

  it('runs other processes with their own properties, and finds circles', () => {
    const inner = {
      ...processOf([step('i', { properties: { v: '${p:given}', o: '${p?:outer}' } })], '>i', { propDefs: [] }),
      name: 'Inner',
    };
    const call: Activity = {
      type: 'runProcess',
      name: 'call',
      processName: 'Inner',
      properties: { given: '${p:outer}!' },
    };
    const bench = new Bench(processOf([call], '>call'), { answers: { outer: 'O' } }, { inner });
    expect(bench.open[0]).toMatchObject({ type: 'loadProcess', reference: { name: 'Inner' } });
    bench.send({ type: 'processLoaded', key: 'call', pin: { processId: 'inner', version: 3, name: 'Inner' } });
    expect(bench.properties('call>/i')).toEqual({ v: 'O!', o: '' });
    const failing = new Bench(processOf([call], '>call'), { answers: { outer: 'O' } }, { inner });
    failing.send({ type: 'processLoaded', key: 'call', pin: { processId: 'inner', version: 3, name: 'Inner' } });
    expect(failing.end('call>/i', 'failure').state.activities['call']?.message).toBe('"Inner" ended with failure.');
    expect(bench.end('call>/i').state.status).toBe('success');

    const circle = new Bench(processOf([call], '>call'), { answers: { outer: 'O' } });
    circle.send({ type: 'processLoaded', key: 'call', pin: { processId: 'main', version: 1, name: 'Main' } });
    expect(circle.state.activities['call']?.message).toContain('Main → Main');
    const missing = new Bench(processOf([call], '>call'), { answers: { outer: 'O' } }).send({
      type: 'processLoaded',
      key: 'call',
      pin: null,
    });
    expect(missing.state.status).toBe('failure');
  });

  it('waits for locks, timers and people', () => {
    const document = processOf(
      [
        { type: 'acquireLock', name: 'lock', lockName: 'L-${p:env}' },
        { type: 'processSleep', name: 'sleep', sleepTime: '5' },
        { type: 'manualTask', name: 'ask', description: 'Go?' },
        { type: 'releaseLock', name: 'free', lockName: 'L-${p:env}' },
      ],
      '>lock lock>sleep sleep>ask ask>free',
    );
    const bench = new Bench(document, { answers: { env: 'prod' } });
    expect(bench.open.at(-1)).toEqual({ type: 'acquireLock', key: 'lock', lock: 'L-prod' });
    bench.send({ type: 'lockGranted', key: 'lock' });
    expect(bench.open.at(-1)).toEqual({ type: 'startTimer', key: 'sleep', seconds: 5 });
    bench.send({ type: 'timerFired', key: 'sleep' });
    expect(bench.open.at(-1)).toEqual({ type: 'askPerson', key: 'ask', text: 'Go?' });
    bench.send({ type: 'taskAnswered', key: 'ask', outcome: 'success', by: 'ann' });
    expect(bench.open.at(-2)).toEqual({ type: 'releaseLock', lock: 'L-prod' });
    expect(bench.state.status).toBe('success');
  });

  it('cancel stops the steps that run, begins nothing new, and ends when they have ended', () => {
    const bench = new Bench(processOf([step('a'), step('b'), { type: 'manualTask', name: 'm' }], '>a >m a>b'));
    bench.send({ type: 'cancel', by: 'ann' });
    expect(bench.open.at(-1)).toEqual({ type: 'cancelStep', key: 'a' });
    expect(bench.state.status).toBe('running');
    bench.send({ type: 'stepEnded', key: 'a', outcome: 'cancelled' });
    expect([bench.state.status, bench.outcome('b'), bench.outcome('m')]).toEqual([
      'cancelled',
      'unreached',
      'cancelled',
    ]);
  });

  it('an uncertain step is repeated only when a person says so', () => {
    const document = processOf([step('a'), step('b')], '>a a>b');
    const uncertain = (): Bench => {
      const bench = new Bench(document).send({ type: 'stepUncertain', key: 'a', message: 'The agent was lost.' });
      expect(bench.state.activities['a']?.state).toBe('uncertain');
      bench.open = [];
      return bench;
    };
    expect(uncertain().send({ type: 'uncertaintyAnswered', key: 'a', answer: 'repeat', by: 'ann' }).open).toMatchObject(
      [{ type: 'runStep', key: 'a', attempt: 2 }],
    );
    expect(uncertain().send({ type: 'uncertaintyAnswered', key: 'a', answer: 'success', by: 'ann' }).steps).toEqual([
      'b',
    ]);
    expect(uncertain().send({ type: 'uncertaintyAnswered', key: 'a', answer: 'failure', by: 'ann' }).state.status).toBe(
      'failure',
    );
  });

  it('retry goes on from what failed, and counts attempts', () => {
    const document = processOf([step('a'), step('b'), step('c')], '>a a>b b>c');
    const bench = new Bench(document).end('a').end('b', 'failure');
    expect(bench.state.status).toBe('failure');
    bench.send({ type: 'retry', by: 'ann' });
    expect(bench.open.at(-1)).toMatchObject({ type: 'runStep', key: 'b', attempt: 2 });
    expect(bench.end('b').end('c').state.status).toBe('success');
    expect(() => bench.send({ type: 'retry', by: 'ann' })).toThrow(/nothing to retry/i);
    bench.send({ type: 'retry', from: ['a'], by: 'ann' });
    expect(bench.steps).toEqual(['a']);
    expect(bench.end('a').end('b').end('c').state.status).toBe('success');
  });

  describe('what is gone on with inside of a lock', () => {
    const inside = (): Bench => {
      const lock = { type: 'acquireLock', name: 'in', lockName: 'door' } as Activity;
      const free = { type: 'releaseLock', name: 'out', lockName: 'door' } as Activity;
      const bench = new Bench(processOf([lock, step('a'), step('b'), free, step('c')], '>in in>a a>b b>out out>c'));
      bench.send({ type: 'lockGranted', key: 'in' }).end('a');
      return bench;
    };
    const asked = (bench: Bench) => bench.open.filter(({ type }) => type === 'acquireLock').length;

    it('waits for the lock again, and what was done there stays done', () => {
      const bench = inside().end('b', 'failure').send({ type: 'retry', by: 'ann' });
      expect([asked(bench), bench.steps, bench.state.status]).toEqual([2, [], 'running']);
      expect(bench.send({ type: 'lockGranted', key: 'in' }).steps).toEqual(['b']);
      expect(bench.end('b').end('c').state.status).toBe('success');
    });

    it('can be cancelled while it waits, and gone on with later', () => {
      const bench = inside().end('b', 'failure').send({ type: 'retry', by: 'ann' }).send({ type: 'cancel', by: 'ann' });
      expect([bench.state.status, bench.open.at(-2)]).toEqual(['cancelled', { type: 'abandonLock', key: 'in' }]);
      bench.send({ type: 'retry', by: 'ann' });
      expect([asked(bench), bench.send({ type: 'lockGranted', key: 'in' }).steps]).toEqual([3, ['b']]);
    });

    it('needs no lock that it had given back', () => {
      const bench = inside().end('b').end('c', 'failure').send({ type: 'retry', by: 'ann' });
      expect([asked(bench), bench.steps]).toEqual([1, ['c']]);
    });
  });

  it('retry inside an iterator repeats only the failed iteration', () => {
    const iterator: Activity = { type: 'resourceIterator', name: 'each', items: 'a,b,c', children: [step('do')] };
    const bench = new Bench(processOf([iterator, step('after')], '>each each>after'));
    bench.end('each#1/do').end('each#2/do', 'failure').end('each#3/do');
    bench.send({ type: 'retry', by: 'ann' });
    expect(bench.steps).toEqual(['each#2/do']);
    expect(bench.end('each#2/do').end('after').state.status).toBe('success');
  });

  it('an event that comes twice or too late changes nothing', () => {
    const bench = new Bench(processOf([step('a'), step('b')], '>a a>b')).end('a');
    const before = JSON.stringify(bench.state);
    bench
      .send({ type: 'stepEnded', key: 'a', outcome: 'failure' })
      .send({ type: 'timerFired', key: 'a' })
      .send({ type: 'start' });
    bench.send({ type: 'stepEnded', key: 'nobody', outcome: 'failure' });
    expect(JSON.stringify(bench.state)).toBe(before);
  });

  it('an unknown type of activity fails with its name; activities that wait for each other are refused', () => {
    expect(new Bench(processOf([{ type: 'teleport', name: 't' }], '>t')).state.activities['t']?.message).toMatch(
      /"teleport"/,
    );
    expect(() => new Bench(processOf([step('a'), step('b')], '>a a>b b>a'))).toThrow(/wait for each other: a → b → a/);
  });

  it('a thousand activities in a row that need no agent are gone through', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `n${index}`);
    const document = processOf(
      names.map((name) => ({ type: 'join', name })),
      ['>n0', ...names.slice(1).map((name, index) => `n${index}>${name}`)].join(' '),
    );
    expect(new Bench(document).state.status).toBe('success');
  });

  it('every graph without circles ends, whatever the outcomes and their order, with each step ordered at most once', () => {
    const graphs = fc.record({
      links: fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.constantFrom('>', '!', '*')), { maxLength: 14 }),
      outcomes: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      order: fc.array(fc.nat(7), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(graphs, ({ links, outcomes, order }) => {
        const forward = links.filter(([from, to]) => from < to).map(([from, to, mark]) => `s${from}${mark}s${to}`);
        const bench = new Bench(
          processOf(
            Array.from({ length: 8 }, (_, index) => step(`s${index}`)),
            ['>s0', ...forward].join(' '),
          ),
        );
        const seen = new Set<string>();
        for (let turn = 0; bench.state.status === 'running'; turn++) {
          const { steps } = bench;
          expect(steps.length).toBeGreaterThan(0);
          const key = steps[(order[turn] ?? 0) % steps.length]!;
          expect(seen.has(key)).toBe(false);
          seen.add(key);
          bench.end(key, outcomes[Number(key.slice(1))] ? 'success' : 'failure');
        }
        expect(Object.values(bench.state.activities)).toHaveLength(8);
      }),
      { numRuns: 300 },
    );
  });
});
