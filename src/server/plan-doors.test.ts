import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockstep } from '../../test/journey/lockstep.ts';
import { genericProcess, pluginXml, upgradeXml, useJson } from '../../test/journey/step-plugin.ts';
import { type PackageEntry, treeOf, writePackage } from '../package/index.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

let server: TestServer;
const plugin = 'org.example.journey';

async function act(method: 'POST' | 'PUT', path: string, body?: unknown) {
  const { status, body: answer } = await server.ask(method, path, body);
  expect(status, JSON.stringify(answer)).toBeLessThan(300);
  return answer?.sub ? server.ended(answer) : answer;
}
const get = async (path: string) => (await server.ask('GET', path)).body;
const command = (...words: string[]) =>
  lockstep([...words, '--json'], { env: { LOCKSTEP_SERVER: server.url, LOCKSTEP_TOKEN: server.token } });

function fileForm(name: string, content: string | Uint8Array): FormData {
  const form = new FormData();
  form.append('file', new Blob([typeof content === 'string' ? content : Uint8Array.from(content)]), name);
  return form;
}

async function upload(files: Readonly<Record<string, string>>) {
  const entries = Object.entries(files).map(
    ([path, text]): PackageEntry => ({ path, kind: 'file', mode: 0o644, bytes: Buffer.from(text) }),
  );
  await act('POST', '/api/plugins/upload', fileForm('p.zip', await writePackage(treeOf(null, entries), 'zip')));
}

/** Version 1 has a step that version 2 keeps and does not list, and one whose default is given anew. */
beforeAll(async () => {
  server = await startTestServer();
  const steps = [{ name: 'Kept' }, { name: 'Forgotten' }];
  await upload({ 'plugin.xml': pluginXml(1, steps) });
  const processes = ['First', 'Second'].map((name) =>
    genericProcess(name, [
      useJson({ activity: 'A', step: 'Kept', version: 1 }),
      useJson({ activity: 'B', step: 'Forgotten', version: 1 }),
    ]),
  );
  await act('POST', '/api/processes/import', fileForm('p.json', JSON.stringify(processes)));
  const blocks = '<migrate to-version="2"><migrate-command name="Kept"/></migrate>';
  await upload({ 'plugin.xml': pluginXml(2, steps), 'upgrade.xml': upgradeXml(blocks) });
});
afterAll(() => server.stop());

const planned = async (body: object = {}): Promise<string> =>
  (await act('POST', '/api/plans', { plugin, ...body })).result;

it('[ASK-2] a plan keeps the answers of the plan before it: plan, answer, plan, apply, by page and by command', async () => {
  const answers = { 'unlisted-step:Forgotten': 'carry' };
  await act('PUT', `/api/plans/${await planned()}/answers`, { answers });
  expect(await get(`/api/plans/${await planned()}`)).toMatchObject({ openQuestions: 0, totals: { carried: 4 } });
  expect((await command('upgrade', 'plan', plugin)).json<{ totals: object }>().totals).toMatchObject({ open: 0 });
  const plans = await get('/api/plans?limit=1');
  const applied = await command('upgrade', 'apply', plans.items[0].id, '--yes', '--why', 'the new phones');
  expect(applied.code, applied.stderr).toBe(0);
  const { items } = await get('/api/activity');
  expect(items.find(({ action }: { action: string }) => action === 'upgrade.applying').text).toContain(
    'the new phones',
  );
  await act('POST', `/api/plans/${plans.items[0].id}/undo`, { why: 'too early' });
  const after = await get('/api/activity');
  const undoing = after.items.find(({ action }: { action: string }) => action === 'upgrade.undoing');
  expect(undoing.text).toContain('too early');
});

it('[STEP-6] `for` of a request says whose way with unlisted steps counts', async () => {
  const options = async (server?: string) =>
    (await get(`/api/plans/${await planned(server ? { for: server } : {})}`)).options;
  expect(await options('urbancode')).toMatchObject({ onUnlisted: 'carry' });
  expect(await options('deployment-automation')).toMatchObject({ onUnlisted: 'pin' });
  expect(await options()).toMatchObject({ onUnlisted: null });
});

it('[DO-6] an undo that meets an edit shows as interrupted with its questions, and goes on at every door', async () => {
  const id = await planned({ onUnlisted: 'carry' });
  await act('POST', `/api/plans/${id}/apply`, {});
  for (const { id: process, version } of (await get('/api/processes')).items) {
    const { document } = await get(`/api/processes/${process}`);
    // somebody moved on by hand from where the upgrade had brought it
    document.rootActivity.children[0].pluginVersion = 3;
    await act('PUT', `/api/processes/${process}`, { expectedVersion: version, document });
  }
  const [mine, others] = (await get('/api/processes')).items.map((one: { id: string }) => one.id);
  await act('POST', `/api/plans/${id}/undo`, {});
  expect(await get(`/api/plans/${id}`)).toMatchObject({ state: 'undoing', interrupted: true, operation: null });
  const { conflicts } = await get(`/api/plans/${id}/undo`);
  expect(conflicts.map(({ processId }: { processId: string }) => processId).sort()).toEqual([mine, others].sort());
  expect((await get('/api/plans?interrupted=true')).items.map((one: { id: string }) => one.id)).toEqual([id]);
  // nothing works on it: there is nothing to pause
  expect((await server.ask('POST', `/api/plans/${id}/pause`)).body.error.code).toBe('plan-state');

  const shown = await lockstep(['upgrade', 'show', id], {
    env: { LOCKSTEP_SERVER: server.url, LOCKSTEP_TOKEN: server.token },
  });
  expect(shown.stdout).toContain('state: undoing, interrupted');
  expect(shown.stdout).toContain(`To go on: lockstep upgrade continue ${id}`);
  const [first, second] = conflicts.map(({ questions }: { questions: { id: string }[] }) => questions[0]!.id);
  const half = await command('upgrade', 'continue', id, '--answer', `${first}=before`);
  expect(half.code, half.stderr).toBe(5);
  expect(half.json<{ conflicts: object[] }>().conflicts).toHaveLength(1);
  await act('POST', `/api/plans/${id}/continue`, { answers: { [second]: 'current' } });
  expect(await get(`/api/plans/${id}`)).toMatchObject({ state: 'undone', interrupted: false });
});

it('[DO-3] an upgrade that was cut off shows as interrupted, and is continued or taken back', async () => {
  const processes = (await get('/api/processes')).items.filter(({ version }: { version: number }) => version > 0);
  expect(processes).toHaveLength(2);
  const cutOff = async () => {
    const id = await planned({ onUnlisted: 'carry' });
    // as a server that died between two chunks leaves it
    await server.services.store.db
      .updateTable('plan')
      .set({ state: 'applying' })
      .where('id', '=', Number(id))
      .execute();
    expect(await get(`/api/plans/${id}`)).toMatchObject({ state: 'applying', interrupted: true });
    return id;
  };
  const [first, second] = [await cutOff(), await cutOff()];
  const continued = await command('upgrade', 'continue', first);
  expect(continued.code, continued.stderr).toBe(0);
  expect(await get(`/api/plans/${first}`)).toMatchObject({ state: 'applied', interrupted: false });
  expect((await command('upgrade', 'undo', second, '--yes')).code).toBe(0);
  expect(await get(`/api/plans/${second}`)).toMatchObject({ state: 'undone', interrupted: false });
});

it('[SUCC-1] a plan to a successor is made, applied and undone by request and by command, and as lifecycle.xml says', async () => {
  const old = { id: 'org.example.old', name: 'Old' };
  const successor = 'org.example.new';
  await upload({ 'plugin.xml': pluginXml(7, [{ name: 'Do' }], old) });
  await upload({ 'plugin.xml': pluginXml(1, [{ name: 'Do' }], { id: successor, name: 'New' }) });
  const use = { ...useJson({ activity: 'A', step: 'Do', version: 7 }), pluginName: 'Old' };
  await act('POST', '/api/processes/import', fileForm('s.json', JSON.stringify(genericProcess('Succeeds', [use]))));
  const path = `/api/processes/${(await get('/api/processes?search=Succeeds')).items[0].id}`;
  const stands = async () => {
    const { pluginId, pluginName, pluginVersion } = (await get(path)).document.rootActivity.children[0];
    return [pluginId, pluginName, pluginVersion];
  };
  const before = await stands();

  const made = await command('upgrade', 'plan', old.id, '--successor', successor);
  expect(made.json()).toMatchObject({ plugin: { id: successor }, to: 1, totals: { uses: 1, carried: 1 } });
  const asked = await get(`/api/plans/${await planned({ plugin: 'Old', successor: 'New' })}`);
  expect(asked).toMatchObject({ plugin: { id: successor }, succeeds: { id: old.id }, totals: { uses: 1, carried: 1 } });
  await act('POST', `/api/plans/${asked.id}/apply`, {});
  expect(await stands()).toMatchObject([undefined, 'New', 1]);
  const undone = await command('upgrade', 'undo', asked.id, '--yes');
  expect(undone.code, undone.stderr).toBe(0);
  expect(await stands()).toEqual(before);

  const lifecycle = `<lifecycle xmlns="urn:lockstep:lifecycle:1" successor="${successor}"/>`;
  await upload({ 'plugin.xml': pluginXml(8, [{ name: 'Do' }], old), 'lifecycle.xml': lifecycle });
  const said = await planned({ plugin: old.id });
  await act('POST', `/api/plans/${said}/apply`, {});
  expect(await stands()).toMatchObject([undefined, 'New', 1]);
  await act('POST', `/api/plans/${said}/undo`, {});
  expect(await stands()).toEqual(before);

  const self = await server.ask('POST', '/api/plans', { plugin: old.id, successor: old.id });
  const end = self.body.sub ? await server.ended(self.body) : self.body;
  expect(JSON.stringify(end)).toContain('successor-not-valid');
});

it('what was done to plugins and processes keeps the words of whoever did it', async () => {
  const form = fileForm('more.json', JSON.stringify(genericProcess('Third', [])));
  form.append('why', 'for the new site');
  await act('POST', '/api/processes/import', form);
  const gone = await command('plugin', 'uninstall', plugin, '--force', '--yes', '--why', 'nobody needs it');
  expect(gone.code, gone.stderr).toBe(0);
  const texts = (await get('/api/activity')).items.map(({ text }: { text: string }) => text);
  expect(texts.filter((text: string) => text.includes('nobody needs it'))).toHaveLength(1);
  expect(texts.filter((text: string) => text.includes('for the new site'))).toHaveLength(1);
});
