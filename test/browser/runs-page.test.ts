import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFolder, writePackage } from '../../src/package/index.ts';
import { projectRoot } from '../journey/lockstep.ts';
import { openBrowser, type TestBrowser } from './browser.ts';

let browser: TestBrowser;
beforeEach(async () => {
  browser = await openBrowser();
  const { ask, ended } = browser.server;
  await ended((await ask('POST', '/api/examples')).body);
});
afterEach(() => browser.close());

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** A step's row: its state stands on the graph and as the run's too. */
const step = (page: Page, name: string) => page.locator(`[data-step="${name}"]`);

const stateOfRun = (page: Page) => page.getByRole('main').locator('[role=status]', { hasText: /\w/ }).first();

async function request(page: Page, process: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Process', exact: true }).fill(process);
  await page.getByRole('option', { name: process, exact: true }).click();
  await button(page, 'Request a process').click();
}

describe('runs in the page', () => {
  it('asks for what a request misses, starts it, and follows the log to its end', async () => {
    const page = await browser.open('/runs');
    await request(page, 'Configure a desk phone');
    await page.getByLabel('Telephone').fill('desk-101');
    await button(page, 'Start').click();
    await page.getByRole('heading', { name: 'Configure a desk phone', level: 1 }).waitFor();
    await expect.poll(() => stateOfRun(page).innerText()).toMatch(/^(succeeded|failed)$/);
    await button(page, 'Log of Write').click();
    await page.getByRole('region', { name: 'What Write said and gave' }).getByText('The log is complete.').waitFor();
    await page.getByRole('navigation', { name: 'Main menu' }).getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('row', { name: /Configure a desk phone/ }).waitFor();
    await page.context().close();
  });

  it('lists the files that steps left, and hands them out as they are', async () => {
    const form = new FormData();
    const tree = await readFolder(join(projectRoot, 'examples/step-plugins/shell/3'), { root: null });
    form.append('file', new Blob([new Uint8Array(await writePackage(tree, 'zip'))]), 'shell.zip');
    const { ask, ended } = browser.server;
    await ended((await ask('POST', '/api/plugins/upload', form)).body);
    const page = await browser.open('/runs');
    await request(page, await leavingProcess());
    await button(page, 'Start').click();
    const files = page.getByRole('region', { name: 'Files that steps left', exact: true });
    const link = files.getByRole('link', { name: 'Write/a page.html', exact: true });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('a page.html');
    expect(await readFile(await download.path(), 'utf8')).toBe('<script>alert(1)</script>\n');
    await page.context().close();
  });

  it('waits for a person, who says that the task is done', async () => {
    const name = await manualProcess();
    const page = await browser.open('/runs');
    await request(page, name);
    await button(page, 'Start').click();
    await step(page, 'Write').getByText('waits for a person', { exact: true }).waitFor();
    await page.getByLabel('Comment').fill('seen');
    await button(page, 'It is done').click();
    await expect.poll(() => stateOfRun(page).innerText()).toBe('succeeded');
    await step(page, 'Write').getByText('succeeded', { exact: true }).waitFor();
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

const leavingProcess = () =>
  create({
    name: 'Leave a page',
    rootActivity: graph([
      {
        type: 'plugin',
        name: 'Write',
        pluginName: 'Shell Command',
        pluginVersion: 3,
        commandName: 'Run Script',
        properties: {
          script: 'echo "<script>alert(1)</script>" > "$LOCKSTEP_ARTIFACTS/a page.html"',
          onError: 'stop',
        },
        children: [],
      },
    ]),
  } as { name: string });

const manualProcess = () =>
  create({
    name: 'Ask somebody',
    rootActivity: graph([{ type: 'manualTask', name: 'Write', children: [] }]),
  } as { name: string });
