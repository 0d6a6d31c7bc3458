import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunDetail } from '../src/run/index.ts';
import { outcomeOf, startLockstep } from './journey/lockstep.ts';
import { oneProcess } from './journey/one-process.ts';
import { pluginName } from './journey/step-plugin.ts';

const { run: lockstep, succeed } = oneProcess();

// What the steps do: write down the version and the values that they were given; the first waits for a file.
const script = (version: number): string => `
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
const input = readFileSync(process.argv[2], 'latin1');
const value = (name) => new RegExp('^' + name + '=(.*)$', 'm').exec(input)?.[1];
while (value('waitFor') && !existsSync(value('waitFor'))) await new Promise((ready) => setTimeout(ready, 20));
console.log('v${version} ' + ['target', 'destination', 'owner'].map((name) => name + '=' + value(name)).join(' '));
`;

function xml(
  version: number,
  step: string,
  properties: readonly (readonly [name: string, required: boolean])[],
): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1">
  <header><identifier id="org.example.journey" name="${pluginName}" version="${version}"/><description>d</description><tag>T</tag></header>
  <step-type name="${step}">
    <description>d</description>
    <properties>
      ${properties.map(([name, required]) => `<property name="${name}" required="${required}"><property-ui type="textBox" label="${name}" description="d"/></property>`).join('\n      ')}
    </properties>
    <post-processing><![CDATA[properties.put('Status', properties.get('exitCode') == 0 ? 'Success' : 'Failure');]]></post-processing>
    <command program="node"><arg file="step.mjs"/><arg file="\${PLUGIN_INPUT_PROPS}"/></command>
  </step-type>
</plugin>`;
}

const upgrade = `<?xml version="1.0" encoding="UTF-8"?>
<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">
  <migrate to-version="2">
    <migrate-command name="Ship" old="Send">
      <migrate-properties><migrate-property name="destination" old="target"/></migrate-properties>
    </migrate-command>
  </migrate>
</plugin-upgrade>`;

// a dozen commands in processes of their own
describe('a process through an upgrade of its plugin', { timeout: 180_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-run-upgrade-'));
    const versions = [
      {
        at: 'v1',
        xml: xml(1, 'Send', [
          ['target', true],
          ['waitFor', false],
        ]),
        version: 1,
      },
      {
        at: 'v2',
        xml: xml(2, 'Ship', [
          ['destination', true],
          ['waitFor', false],
          ['owner', true],
        ]),
        version: 2,
      },
    ];
    for (const { at, xml: text, version } of versions) {
      await mkdir(join(folder, at));
      await writeFile(join(folder, at, 'plugin.xml'), text);
      await writeFile(join(folder, at, 'step.mjs'), script(version));
    }
    await writeFile(join(folder, 'v2', 'upgrade.xml'), upgrade);
    const use = (name: string, properties: Record<string, string>) => ({
      type: 'plugin',
      name,
      pluginName,
      pluginVersion: 1,
      commandName: 'Send',
      properties,
      children: [],
    });
    const process = {
      name: 'Deliver',
      description: '',
      properties: [],
      propDefs: [{ name: 'gate', label: 'Gate', type: 'TEXT', required: false, value: '' }],
      rootActivity: {
        type: 'graph',
        name: 'g',
        edges: [
          { to: 'First', type: 'ALWAYS' },
          { from: 'First', to: 'Second', type: 'SUCCESS' },
        ],
        children: [use('First', { target: 'north', waitFor: '${p:gate}' }), use('Second', { target: 'south' })],
      },
    };
    await writeFile(join(folder, 'process.json'), JSON.stringify(process));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = async (...words: string[]) => {
    const outcome = await lockstep([...words, '--json'], { cwd: folder });
    return {
      ...outcome,
      run:
        outcome.stdout === '' ? null : outcome.json<RunDetail & { error?: { data: { asks: { name: string }[] } } }>(),
    };
  };

  it('[PROP-3] [DO-8] runs on version 1, is asked for exactly the new property on version 2, and what had begun ends on version 1', async () => {
    await succeed(['plugin', 'install', 'v1'], { cwd: folder });
    await succeed(['process', 'import', 'process.json'], { cwd: folder });
    const first = await run('run', 'Deliver');
    expect(first.code).toBe(0);
    expect((await succeed(['run', 'log', first.run!.id, 'Second'], { cwd: folder })).stdout).toBe(
      'v1 target=south destination=undefined owner=undefined\n',
    );

    // one that has begun: its first step waits for the gate
    const gate = join(folder, 'gate');
    const child = startLockstep(['run', 'Deliver', '--set', `gate=${gate}`, '--json'], { cwd: folder });
    const underWay = outcomeOf(child);
    const dir = join(folder, 'lockstep-data', 'agent', 'steps');
    while (!existsSync(dir) || readdirSync(dir).length === 0) await new Promise((ready) => setTimeout(ready, 20));
    child.kill('SIGKILL');
    await underWay;
    const begun = (await lockstep(['run', 'list', '--json'], { cwd: folder })).json<{ items: { id: string }[] }>()
      .items[0]!.id;

    await succeed(['plugin', 'install', 'v2'], { cwd: folder });
    await lockstep(['upgrade', 'plan', 'org.example.journey'], { cwd: folder });
    await succeed(['upgrade', 'apply', '1', '--yes'], { cwd: folder });
    const asked = await run('run', 'Deliver');
    expect(asked).toMatchObject({ code: 5 });
    expect(asked.run!.error!.data.asks.map(({ name }) => name)).toEqual(['First/owner', 'Second/owner']);
    const second = await run('run', 'Deliver', '--set', 'First/owner=ann', '--set', 'Second/owner=bob');
    expect(second).toMatchObject({ code: 0, run: { state: 'succeeded', processVersion: 2 } });
    expect((await succeed(['run', 'log', second.run!.id, 'Second'], { cwd: folder })).stdout).toBe(
      'v2 target=undefined destination=south owner=bob\n',
    );

    // killed in the middle of its first step: nobody knows whether that was done, and it is not repeated silently
    const uncertain = await run('run', 'watch', begun);
    expect(uncertain).toMatchObject({ code: 5, run: { state: 'waiting' } });
    expect(uncertain.run!.stepList[0]).toMatchObject({ id: 'First', state: 'uncertain' });
    await writeFile(gate, '');
    await succeed(['run', 'answer', begun, 'First', '--repeat'], { cwd: folder });
    const ended = await run('run', 'watch', begun);
    expect(ended).toMatchObject({ code: 0, run: { state: 'succeeded', processVersion: 1 } });
    expect(ended.run!.stepList.map(({ id, attempt, pluginVersion }) => `${id} ${attempt} v${pluginVersion}`)).toEqual([
      'First 2 v1',
      'Second 1 v1',
    ]);
    expect((await succeed(['run', 'log', begun, 'Second'], { cwd: folder })).stdout).toMatch(/^v1 target=south/);
    expect((await stat(join(folder, 'lockstep-data', 'run.key'))).mode & 0o777).toBe(0o600);
  });

  it('--keep stores the answers in the process, so that the next request asks for nothing', async () => {
    const kept = await run('run', 'Deliver', '--set', 'First/owner=ann', '--set', 'Second/owner=bob', '--keep');
    expect(kept).toMatchObject({ code: 0, run: { processVersion: 3 } });
    expect(await run('run', 'Deliver')).toMatchObject({ code: 0, run: { state: 'succeeded' } });
  });
});
