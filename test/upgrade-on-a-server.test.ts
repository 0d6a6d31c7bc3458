import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { testFolder, writeFiles } from './journey/folder.ts';
import { carrying, uploadJourney } from './journey/labelled-plan.ts';
import { oneProcess } from './journey/one-process.ts';
import { genericProcess, pluginId, pluginXml, upgradeXml, useJson } from './journey/step-plugin.ts';

const { run: lockstep, succeed } = oneProcess();

let server: TestServer;
/** The same plugin versions and processes, in a data folder of their own. */
let local: readonly string[];
let remote: readonly string[];
let env: Readonly<Record<string, string>>;

const processes = ['P1', 'P2', 'P3', 'P4'].map((name) =>
  genericProcess(name, [
    useJson({ activity: 'A', step: 'Step', version: 1 }),
    useJson({ activity: 'B', step: 'Gone', version: 1 }),
  ]),
);

beforeEach(async () => {
  server = await startTestServer();
  env = { LOCKSTEP_TOKEN: server.token };
  remote = ['--server', server.url];
  const folder = await testFolder({});
  local = ['--data', join(folder, 'data')];
  await mkdir(join(folder, '1'), { recursive: true });
  await writeFiles(folder, {
    '1/plugin.xml': pluginXml(1, [{ name: 'Step' }]),
    '2/plugin.xml': pluginXml(2, [{ name: 'Stride' }]),
    '2/upgrade.xml': upgradeXml(carrying),
    'all.json': JSON.stringify(processes),
  });
  await succeed(['plugin', 'install', join(folder, '1'), ...local]);
  await succeed(['process', 'import', join(folder, 'all.json'), ...local]);
  await succeed(['plugin', 'install', join(folder, '2'), ...local]);
  await uploadJourney(server, 1);
  const form = new FormData();
  form.append('file', new Blob([JSON.stringify(processes)]), 'all.json');
  expect((await server.ask('POST', '/api/processes/import', form)).body.created).toHaveLength(4);
  await uploadJourney(server, 2);
});
afterEach(() => server.stop());

/** What a command prints in a data folder, and what it prints of a server: the same, but for who did it and when. */
async function both(parameters: readonly string[]): Promise<string> {
  const outcomes = await Promise.all([
    lockstep([...parameters, ...local]),
    lockstep([...parameters, ...remote], { env }),
  ]);
  const [here, there] = outcomes.map(({ code, stdout, stderr }) => ({
    code,
    stdout: stdout.replace(/\d{4}-\d\d-\d\d \d\d:\d\d.*/g, ''),
    // progress differs, and so does where it works, which is said first
    refused: code === 0 ? '' : stderr.replace(/^(in|on) .*\n/, ''),
  }));
  expect(there).toEqual(here);
  return here!.stdout;
}

describe('upgrade commands with --server', () => {
  it('do the same as in a data folder and print the same: plan, answer, label, waves, resume, undo, redo, list', async () => {
    expect(await both(['upgrade', 'list'])).toContain('There is no plan.');
    expect(await both(['upgrade', 'plan', pluginId])).toContain('To apply it: lockstep upgrade apply 1');
    expect(await both(['upgrade', 'show', '1'])).toContain('state: planned');
    expect(await both(['process', 'label', 'P2', 'pilot', 'berlin'])).toBe('"P2" is labelled berlin, pilot.\n');
    await both(['upgrade', 'apply', '1', '--wave', 'pilot', '--yes']);
    await both(['upgrade', 'apply', '1', '--wave', 'paris', '--on-unlisted', 'pin', '--yes']);
    expect(await both(['upgrade', 'answer', '1', '--on-unlisted', 'delete'])).toContain(
      'No question of plan 1 is open.',
    );
    expect(await both(['upgrade', 'apply', '1', '--wave', 'pilot', '--stop-above', '5%', '--yes'])).toContain(
      '3 processes remain. To go on: lockstep upgrade continue 1',
    );
    expect(await both(['upgrade', 'waves', '1'])).toMatch(/^pilot +1 +0 +0 +0/m);
    expect(await both(['upgrade', 'list'])).toMatch(/paused/);
    await both(['upgrade', 'pause', '1']);
    expect(await both(['upgrade', 'continue', '1'])).toContain('Journey 2: 3 processes carried over');
    await both(['upgrade', 'continue', '1']);
    expect(await both(['upgrade', 'undo', '1', '--wave', 'pilot', '--yes'])).toContain('1 process is as it was');
    expect(await both(['upgrade', 'undo', '1', '--yes'])).toContain('3 processes are as they were');
    expect(await both(['upgrade', 'redo', '1', '--yes'])).toMatch(/^Planned again as plan 2\.\n.*4 processes carried/m);
    await both(['upgrade', 'discard', '2']);
    await both(['upgrade', 'show', '3']);
    expect(await both(['upgrade', 'list', '--plugin', pluginId])).toMatch(/^2 .*applied/m);
  }, 180_000);

  it('say what is wrong where the server does not let them in', async () => {
    const refused = await lockstep(['upgrade', 'list', ...remote], { env: { LOCKSTEP_TOKEN: 'no-such-token' } });
    expect(refused.code).toBe(9);
    const named = await lockstep(['upgrade', 'list', '--token', server.token], {
      env: { LOCKSTEP_SERVER: server.url },
    });
    expect(named.code).toBe(0);
  });
});
