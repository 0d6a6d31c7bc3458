import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
  const { ask, ended } = browser.server;
  await ended((await ask('POST', '/api/examples')).body);
});
afterAll(() => browser.close());

describe('runs in the page', () => {
  it('asks for what a request misses, starts it, and follows the log to its end', async () => {
    const page = await browser.open('/runs');
    await page.getByRole('combobox', { name: 'Process' }).fill('Configure a desk');
    await page.getByRole('option', { name: 'Configure a desk phone' }).click();
    await page.getByRole('button', { name: 'Request a process' }).click();
    await page.getByLabel('Telephone').fill('desk-101');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('heading', { name: 'Configure a desk phone' }).waitFor();
    await page
      .getByText(/^(succeeded|failed)$/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Log of Write' }).click();
    await page.getByText('The log is complete.').waitFor();
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('row', { name: /Configure a desk phone/ }).waitFor();
    await page.context().close();
  });

  it('goes on from a step that failed', async () => {
    const failing = await failingProcess();
    const page = await browser.open('/runs');
    await page.getByRole('combobox', { name: 'Process' }).fill(failing);
    await page.getByRole('option', { name: failing }).click();
    await page.getByRole('button', { name: 'Request a process' }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('button', { name: 'Go on from what failed' }).click();
    await page.getByRole('button', { name: /Go on from Write/ }).waitFor();
    await page.context().close();
  });

  it('waits for a person, who says that the task is done', async () => {
    const name = await manualProcess();
    const page = await browser.open('/runs');
    await page.getByRole('combobox', { name: 'Process' }).fill(name);
    await page.getByRole('option', { name }).click();
    await page.getByRole('button', { name: 'Request a process' }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('waits for a person').waitFor();
    await page.getByLabel('Comment').fill('seen');
    await page.getByRole('button', { name: 'It is done' }).click();
    await expect.poll(() => page.locator('main').getByRole('status').first().innerText()).toBe('succeeded');
    await page.context().close();
  });
});

const graph = (children: object[]) => ({
  type: 'graph',
  name: 'graph',
  edges: [
    { to: 'Write', type: 'ALWAYS', value: '' },
    { to: 'finish', from: 'Write', type: 'SUCCESS', value: '' },
  ],
  offsets: [],
  children: [...children, { type: 'finish', name: 'finish', children: [] }],
});

async function create(document: { name: string }): Promise<string> {
  const { status, body } = await browser.server.ask('POST', '/api/processes', {
    kind: 'generic',
    owner: null,
    document: { description: '', properties: [], propDefs: [], ...document },
  });
  expect([status, JSON.stringify(body)]).toEqual([201, expect.any(String)]);
  return document.name;
}

const failingProcess = () =>
  create({
    name: 'Always fails',
    rootActivity: graph([
      {
        type: 'plugin',
        name: 'Write',
        pluginName: 'Fleet Tools',
        pluginVersion: 1,
        commandName: 'Push Config',
        properties: { fleetFolder: '/dev/null/nowhere', host: 'desk-1', template: 'x', retries: '1' },
        allowFailure: false,
        useImpersonation: false,
        showHidden: false,
        children: [],
      },
    ]),
  } as { name: string });

const manualProcess = () =>
  create({
    name: 'Ask somebody',
    rootActivity: graph([{ type: 'manualTask', name: 'Write', children: [] }]),
  } as { name: string });
