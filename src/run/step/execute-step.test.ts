import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { StepCommand } from '../../plugin/index.ts';
import { openScripts } from '../script/scripts.ts';
import type { Part } from '../value.ts';
import { agentNames } from './agent-names.ts';
import type { Assignment } from './assignment.ts';
import { processMark } from './child-process.ts';
import { executeStep, type StepSite } from './execute-step.ts';
import { openLauncher } from './launcher.ts';

const root = mkdtempSync(join(tmpdir(), 'lockstep-step-'));
const scripts = openScripts();
const launcher = openLauncher();
afterAll(async () => {
  launcher.close();
  await scripts.close();
  rmSync(root, { recursive: true, force: true });
});

const text = (value: string): Part[] => [{ kind: 'text', text: value }];
let count = 0;

/** Runs `body` as a shell script of a plugin, with its property files as $1 and $2. */
async function run(
  body: string,
  fields: Partial<Assignment> = {},
  site: Partial<StepSite> = {},
): Promise<{ result: Awaited<ReturnType<typeof executeStep>>; log: string; logFile: string; folder: string }> {
  const folder = join(root, `s${count++}`);
  const pluginHome = mkdtempSync(join(root, 'plugin-'));
  writeFileSync(join(pluginHome, 'step.sh'), `#!/bin/sh\n${body}\n`);
  chmodSync(join(pluginHome, 'step.sh'), 0o755);
  const logFile = join(root, `log${count}`);
  const result = await executeStep(
    {
      id: '1',
      runId: 'r',
      activity: 'A',
      attempt: 1,
      fence: 1,
      plugin: { id: 'p', version: 1, digest: 'd' },
      stepType: 'S',
      command: {
        program: '${PLUGIN_HOME}/step.sh',
        args: [
          { kind: 'file', text: '${PLUGIN_INPUT_PROPS}' },
          { kind: 'file', text: '${PLUGIN_OUTPUT_PROPS}' },
        ],
      },
      postProcessing: null,
      properties: {},
      secrets: [],
      processName: 'Main',
      workingDir: null,
      environment: {},
      timeLimitSeconds: null,
      ...fields,
    },
    {
      pluginHome,
      agentHome: join(root, 'agent'),
      stepFolder: folder,
      logFile,
      artefactFolder: join(root, `artefacts${count}`),
      agent: agentNames({ properties: { TOOL_HOME: '/opt/tool' }, environment: { FROM_AGENT: 'yes' } }),
      environment: { PATH: process.env['PATH'], FROM_AGENT: 'yes' },
      scripts,
      launcher,
      signal: new AbortController().signal,
      graceMilliseconds: 200,
      ...site,
    },
  );
  return { result, log: readFileSync(logFile, 'latin1'), logFile, folder };
}

describe('a step', () => {
  it('gets its properties as a .properties file and gives back outputs the same way', async () => {
    const { result, log, folder } = await run(
      'cat "$1"; printf "%s\\n" "who = J\\\\u00f6rg" "lines=a\\\\" "  b" > "$2" ',
      {
        properties: {
          greeting: text('Grüß\nGott = !'),
          tool: [{ kind: 'agent', name: 'TOOL_HOME', optional: false, source: '${agent:TOOL_HOME}' }],
        },
      },
    );
    expect(log).toBe('greeting=Gr\\u00FC\\u00DF\\nGott \\= \\!\ntool=/opt/tool\n');
    expect(result).toMatchObject({
      outcome: 'success',
      exitCode: 0,
      outputs: { who: 'Jörg', lines: 'ab', exitCode: '0' },
    });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'input.properties')).mode & 0o777).toBe(0o600);
  });

  it('finds PLUGIN_HOME, AGENT_HOME, AUTH_TOKEN and the agent’s environment, in the process’s working directory', async () => {
    const { log } = await run('echo "$PLUGIN_HOME|$AGENT_HOME|$AUTH_TOKEN|$FROM_AGENT|$(pwd)"', {
      environment: { AUTH_TOKEN: 't' },
    });
    expect(log).toMatch(new RegExp(`^${root}/plugin-.*\\|${root}/agent\\|t\\|yes\\|${root}/agent/work/Main\n$`));
    const other = join(root, 'some where');
    expect((await run('pwd', { workingDir: text(other) })).log).toBe(`${other}\n`);
  });

  it.each<[string, StepCommand, RegExp]>([
    [
      'value is literal, file and path are the plugin’s',
      {
        program: '/bin/echo',
        args: [
          { kind: 'value', text: '-cp' },
          { kind: 'path', text: 'classes:lib/a.jar' },
          { kind: 'file', text: 'x.groovy' },
        ],
      },
      /^-cp \S+\/plugin-\w+\/classes:\S+\/lib\/a.jar \S+\/x.groovy\n$/,
    ],
    [
      'a variable of the agent’s environment, by each of its names',
      {
        program: '/bin/echo',
        args: [{ kind: 'value', text: '${FROM_AGENT} ${agent:FROM_AGENT} ${agent:env/FROM_AGENT} ${env/FROM_AGENT}' }],
      },
      /^yes yes yes yes\n$/,
    ],
    [
      '${p:name} is the step’s own value',
      { program: '/bin/echo', args: [{ kind: 'value', text: 'a ${p:name} ${p?:none}' }] },
      /^a N \n$/,
    ],
    [
      'a property of the agent',
      { program: '/bin/echo', args: [{ kind: 'value', text: '${TOOL_HOME} ${agent:TOOL_HOME}' }] },
      /^\/opt\/tool \/opt\/tool\n$/,
    ],
    [
      'node is our own runtime',
      {
        program: 'node',
        args: [
          { kind: 'value', text: '-p' },
          { kind: 'value', text: 'process.version' },
        ],
      },
      new RegExp(`^${process.version}\n$`),
    ],
  ])('command line: %s', async (_, command, expected) => {
    expect((await run('', { command, properties: { name: text('N') } })).log).toMatch(expected);
  });

  it.each<[string, string, Partial<Assignment>, Partial<{ outcome: string; exitCode: number | null }>, RegExp]>([
    ['a failing exit code', 'exit 3', {}, { outcome: 'failure', exitCode: 3 }, /exit code 3/],
    ['an end by signal', 'kill -9 $$', {}, { outcome: 'failure', exitCode: 137 }, /137/],
    [
      'an unknown program',
      '',
      { command: { program: '/no/such/program', args: [] } },
      { outcome: 'failure', exitCode: null },
      /"\/no\/such\/program" does not exist/,
    ],
    [
      'a program that is no program',
      '',
      { command: { program: '/tmp', args: [] } },
      { outcome: 'failure' },
      /cannot be started \(EACCES\)/,
    ],
    [
      'an unknown home',
      '',
      { command: { program: '${GROOVY_HOME}/bin/groovy', args: [] } },
      { outcome: 'failure' },
      /GROOVY_HOME.*not known/,
    ],
    [
      'an output file that is not valid',
      'printf "a=\\\\uXYZ1\\n" > "$2"',
      {},
      { outcome: 'failure' },
      /output file, line 1, column 1: .*not a character/,
    ],
    ['a binary output file', 'head -c 3000 /dev/zero > "$2"', {}, { outcome: 'failure' }, /NUL/],
    ['an output file without end', 'head -c 6000000 /dev/zero > "$2"', {}, { outcome: 'failure' }, /6000000 bytes/],
    [
      'a property of the agent that is missing',
      '',
      { properties: { x: [{ kind: 'agent', name: 'NONE', optional: false, source: '${agent:NONE}' }] } },
      { outcome: 'failure' },
      /no property "NONE"/,
    ],
    [
      'a time limit',
      'sleep 60',
      { timeLimitSeconds: 0.2 },
      { outcome: 'failure' },
      /did not end within its 0.2 seconds/,
    ],
    ['a script that sets no Status', '', { postProcessing: 'var a = 1' }, { outcome: 'failure' }, /set no Status/],
    [
      'a script that loops',
      '',
      { postProcessing: 'throw new Error("x")' },
      { outcome: 'failure' },
      /Post-processing: .*x/,
    ],
  ])('%s is a failure that says why', async (_, body, fields, expected, message) => {
    const { result } = await run(body, fields);
    expect(result).toMatchObject(expected);
    expect(result.message).toMatch(message);
  });

  it('post-processing reads the log, sets outputs, prints, and decides', async () => {
    const postProcessing = `scanner.register('^id: ', function (n, l) { properties.put('id', l.substring(4)) }); scanner.scan();
      commandOut.println('seen'); properties.put('Status', properties.get('exitCode') == 7 ? 'Success' : 'Failure')`;
    const { result, log } = await run('echo "id: 42"; echo x=1 > "$2"; exit 7', { postProcessing });
    expect(result).toMatchObject({ outcome: 'success', exitCode: 7, message: null });
    expect(result.outputs).toEqual({ id: '42', x: '1', exitCode: '7', Status: 'Success' });
    expect(log).toBe('id: 42\nseen\n');
  });

  it('secure values are masked in the log, in messages and named among the outputs', async () => {
    const { result, log } = await run(
      '. "$1"; printf "the tok"; sleep 0.05; echo "en"; echo "again=x-token-y" > "$2"',
      {
        properties: { p: text('token') },
        secrets: ['token'],
        postProcessing: `commandOut.print(properties.get('again')); throw 'token'`,
      },
    );
    expect(log).not.toContain('token');
    expect(result.message).not.toContain('token');
    expect(result.secureOutputs).toEqual(['again']);
  });

  it('leaves files to be kept, whatever its outcome', async () => {
    const { result } = await run('echo hi > "$LOCKSTEP_ARTIFACTS/a"; exit 3');
    expect(result).toMatchObject({ outcome: 'failure', exitCode: 3, artefacts: [{ name: 'a', size: 3 }] });
    expect((await run('true')).result).not.toHaveProperty('artefacts');
    const late = await run('echo hi > "$LOCKSTEP_ARTIFACTS/a"; sleep 60', { timeLimitSeconds: 0.2 });
    expect(late.result).toMatchObject({ outcome: 'failure', artefacts: [{ name: 'a' }] });
  });

  it('fails when what it leaves cannot be kept, with the reason in its log; a failure stays what it is', async () => {
    const { result, log } = await run('ln -s /etc/passwd "$LOCKSTEP_ARTIFACTS/a"');
    expect(result).toMatchObject({ outcome: 'failure', exitCode: 0, message: expect.stringMatching(/"a" is a link/) });
    expect(result).not.toHaveProperty('artefacts');
    expect(log).toMatch(/"a" is a link/);
    const failed = await run('ln -s /etc/passwd "$LOCKSTEP_ARTIFACTS/a"; exit 4');
    expect(failed.result).toMatchObject({ outcome: 'failure', message: expect.stringMatching(/exit code 4/) });
    const large = await run(
      'head -c 2000 /dev/zero > "$LOCKSTEP_ARTIFACTS/a"',
      {},
      { artefactLimits: { count: 1, bytes: 1000 } },
    );
    expect(large.result).toMatchObject({ outcome: 'failure', message: expect.stringMatching(/cannot be kept/) });
  });

  it('cancelling ends the whole process group, also one that ignores SIGTERM', async () => {
    const stop = new AbortController();
    const pids = join(root, `pids${count}`);
    const running = run(
      `trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & echo "$$ $!" > ${pids}.tmp; mv ${pids}.tmp ${pids}; while :; do sleep 1; done`,
      {},
      { signal: stop.signal },
    );
    while (!existsSync(pids)) await new Promise((ready) => setImmediate(ready));
    const numbers = readFileSync(pids, 'utf8').trim().split(' ').map(Number);
    stop.abort();
    expect((await running).result).toMatchObject({ outcome: 'cancelled', message: 'The step was cancelled.' });
    const alive = (pid: number): boolean => {
      const mark = processMark(pid);
      return mark !== null && !/ Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    };
    const deadline = Date.now() + 5000;
    while (numbers.some(alive) && Date.now() < deadline) await new Promise((ready) => setImmediate(ready));
    expect(numbers.filter(alive)).toEqual([]);
  });

  it('a daemon that holds the output open does not hold the step', async () => {
    const { result } = await run('sleep 30 & echo $! > daemon.pid');
    process.kill(Number(readFileSync(join(root, 'agent/work/Main/daemon.pid'), 'utf8')));
    expect(result.outcome).toBe('success');
  });

  it('a step that prints without end keeps its beginning and its end', async () => {
    const { result, log, logFile } = await run(
      'echo begin; head -c 300000000 /dev/zero | tr "\\0" "x"; echo; echo end',
      {},
      { logLimits: { head: 1_000_000, tail: 10_000 } },
    );
    expect(result.outcome).toBe('success');
    expect(log.startsWith('begin\nxxx')).toBe(true);
    expect(log.endsWith('xxx\nend\n')).toBe(true);
    expect(log).toMatch(/\n\[\S+ 29\d+ bytes of the log were left out \S+\]\n/);
    expect(statSync(logFile).size).toBeLessThan(1_080_000);
  });

  it('binary output is kept as it is, and scanned without harm', async () => {
    const postProcessing = `scanner.register('END', function () { properties.put('Status', 'Success') }); scanner.scan()`;
    const { result, logFile } = await run('printf "\\377\\376\\000\\001\\nEND\\n"', { postProcessing });
    expect(result.outcome).toBe('success');
    expect(readFileSync(logFile).subarray(0, 4)).toEqual(Buffer.from([0xff, 0xfe, 0, 1]));
  });
});
