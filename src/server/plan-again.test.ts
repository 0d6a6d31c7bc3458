import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFolder, writePackage } from '../package/index.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const plugin = 'org.example.fleet-tools';
let server: TestServer;

beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.stop());

async function offer(version: 1 | 3): Promise<void> {
  const tree = await readFolder(`${examples}/fleet-tools/${version}`, { root: plugin });
  const packages = [{ name: `${plugin}-${version}.tar.bz2`, content: await writePackage(tree, 'tar.bz2') }];
  await server.services.served!.repository.publish('testing', { who: 'author', packages });
  await server.ended((await server.ask('POST', '/api/plugins/update')).body);
}

const upgrade = async (): Promise<string> => {
  const { body } = await server.ask('POST', `/api/plugins/${plugin}/upgrade`);
  return (await server.ended(body.operation)).result.plan;
};
const questions = async (plan: string, open: boolean) =>
  (await server.ask('GET', `/api/plans/${plan}/questions?open=${open}`)).body;

describe('a plugin’s upgrade that is asked for again', () => {
  it('plans anew and keeps what people have answered already', async () => {
    await server.ask('PUT', '/api/settings/plugin_server', { value: new URL('plugins/1/testing/', server.url).href });
    await offer(1);
    await server.ended((await server.ask('POST', `/api/plugins/${plugin}/install`)).body);
    const form = new FormData();
    for (const file of ['configure-and-tell.json', 'restart-at-night.json']) {
      form.append('file', new Blob([await readFile(`${examples}/processes/${file}`)]), file);
    }
    expect((await server.ask('POST', '/api/processes/import', form)).status).toBe(200);
    await offer(3);
    const first = await upgrade();
    const { items, total } = await questions(first, true);
    expect(total).toBeGreaterThan(0);
    const [{ question }] = items;
    // one answer that fits; one to a question that nobody asks is refused
    const refused = await server.ask('PUT', `/api/plans/${first}/answers`, {
      answers: { [question.id]: 'pin', 'unlisted-step:99:Nowhere': 'delete' },
    });
    expect(refused.body.error.code).toBe('plan-answer-not-valid');
    await server.ask('PUT', `/api/plans/${first}/answers`, { answers: { [question.id]: 'pin' } });
    const second = await upgrade();
    expect(second).not.toBe(first);
    expect((await questions(second, true)).total).toBe(total - 1);
    const answered = (await questions(second, false)).items;
    expect(answered).toMatchObject([{ question: { id: question.id }, answer: 'pin' }]);
    const kept = await server.services.store.db
      .selectFrom('plan')
      .select('answers')
      .where('id', '=', Number(second))
      .executeTakeFirstOrThrow();
    expect(JSON.parse(kept.answers)).toEqual({ [question.id]: 'pin' });
    // what is applied or discarded is history and gives nothing
    await server.ask('DELETE', `/api/plans/${first}`);
    await server.ask('DELETE', `/api/plans/${second}`);
    expect((await questions(await upgrade(), true)).total).toBe(total);
  });
});
