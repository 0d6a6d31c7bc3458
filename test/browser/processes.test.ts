/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';

let browser: TestBrowser;

beforeEach(async () => {
  browser = await openBrowser();
  const { body } = await browser.server.ask('POST', '/api/examples', {});
  expect((await browser.server.ended(body)).state).toBe('success');
});
afterEach(() => browser?.close());

/** What the graph calls an activity: its name after those of the containers that hold it. */
const nodeId = (...names: readonly string[]) => encodeURIComponent(JSON.stringify(names));

async function idOf(name: string): Promise<string> {
  const { body } = await browser.server.ask('GET', `/api/processes?search=${encodeURIComponent(name)}`);
  return body.items.find((item: { name: string }) => item.name === name).id;
}

async function drop(page: Page, files: readonly { readonly name: string; readonly text: string }[]): Promise<void> {
  const data = await page.evaluateHandle((given) => {
    const transfer = new (
      globalThis as never as { DataTransfer: new () => { items: { add(file: File): void } } }
    ).DataTransfer();
    for (const { name, text } of given) transfer.items.add(new File([text], name, { type: 'application/json' }));
    return transfer;
  }, files);
  await page.getByTestId('drop-exports').dispatchEvent('dragover', { dataTransfer: data });
  await page.getByTestId('drop-exports').dispatchEvent('drop', { dataTransfer: data });
}

describe('The processes page', () => {
  it('finds processes by name, and shows one as a graph whose steps can be looked at with the keyboard alone', async () => {
    const page = await browser.open('/processes');
    await page.getByLabel('Search by name or owner').fill('night');
    await page.getByText('1 process', { exact: true }).waitFor();
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Restart at night' }).click();
    const node = page.getByRole('button', { name: 'Restart Reboot Phone' });
    await node.waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-id'));
    await node.press('ArrowDown');
    await expect.poll(focused).toBe(nodeId('finish'));
    await page.keyboard.press('ArrowUp');
    await expect.poll(focused).toBe(nodeId('Restart'));
    await page.keyboard.press('Enter');
    const details = page.getByRole('complementary', { name: 'Details of the activity' });
    await details.getByText('${p:phone}').waitFor();
    await details.getByText('Delay').waitFor();
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    await details.getByRole('link', { name: 'Where is this step type used?' }).click();
    await page.getByRole('heading', { name: 'Where used: Fleet Tools · Reboot Phone' }).waitFor();
    await page.getByRole('row', { name: 'Restart at night Restart Reboot Phone 1' }).waitFor();
    await page.context().close();
  });

  it('finds by plugin, step type and version from the address, and tells component, template and generic processes apart', async () => {
    const page = await browser.open('/processes?plugin=org.example.fleet-tools&stepType=Send%20SMS&version=1');
    await page.getByRole('heading', { name: /Where used/ }).waitFor();
    const rows = page.locator('[data-process]');
    const found = await browser.server.ask(
      'GET',
      '/api/processes?plugin=org.example.fleet-tools&stepType=Send%20SMS&version=1',
    );
    await expect.poll(() => rows.count()).toBe(found.body.total);
    expect(found.body.total).toBeGreaterThan(1);
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('template');
    await expect.poll(() => page.url()).toContain('kind=template');
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByLabel('Version', { exact: true }).fill('3');
    await page.getByText('No process fits.').waitFor();
    await page.context().close();
  });

  it('sets labels on a process’s page, and runs it from there', async () => {
    const page = await browser.open('/processes');
    const rows = page.locator('[data-process]');
    await rows.first().waitFor();
    await page.getByRole('link', { name: 'Restart at night' }).click();
    await page.getByRole('button', { name: 'Add a label', exact: true }).click();
    await page.getByRole('combobox', { name: 'Labels', exact: true }).fill('night');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save labels', exact: true }).click();
    const labels = async () =>
      (await browser.server.ask('GET', `/api/processes/${await idOf('Restart at night')}`)).body.labels;
    await expect.poll(labels).toEqual(['night']);
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Run…', exact: true }).click();
    await page.getByLabel('Telephone').waitFor();
    await page.context().close();
  });

  it('gives a label to all that a search finds, takes it away again, and pins versions in a snapshot', async () => {
    const { ask } = browser.server;
    const page = await browser.open('/labels');
    await page.getByRole('combobox', { name: 'Label', exact: true }).fill('pilot');
    await page.getByLabel('Search by name or owner').fill('Reception');
    const found = (await ask('GET', '/api/processes?search=Reception&limit=1')).body.total;
    await page.getByRole('button', { name: `Label ${found} processes…`, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`${found} processes get the label “pilot”; their other labels stay.`).waitFor();
    await dialog.getByRole('button', { name: 'Give the label', exact: true }).click();
    await page.getByRole('link', { name: `${found} processes`, exact: true }).click();
    await expect.poll(() => page.locator('[data-process]').count()).toBe(found);
    await page.goBack();
    await page.getByRole('button', { name: 'Take away pilot', exact: true }).click();
    await dialog.getByRole('button', { name: 'Take away', exact: true }).click();
    await page.getByText('No process has a label yet.').waitFor();

    await page.goto('/snapshots');
    await page.getByRole('button', { name: 'Take a snapshot…', exact: true }).click();
    await dialog.getByLabel('Name').fill('before the move');
    await dialog.getByLabel('Note').fill('as it runs today');
    await page.keyboard.press('Enter');
    await page.getByText('as it runs today').waitFor();
    await page.getByRole('button', { name: 'What it pins: before the move', exact: true }).click();
    await page.getByText('Fleet Tools 1', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Restart at night 1', exact: true }).waitFor();
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    await page.context().close();
  });

  it('pages through many processes', async () => {
    for (let number = 0; number < 60; number++) {
      const document = { name: `Many ${number}`, rootActivity: { type: 'graph', name: 'g', edges: [], children: [] } };
      expect((await browser.server.ask('POST', '/api/processes', { kind: 'generic', document })).status).toBe(201);
    }
    const page = await browser.open('/processes?search=Many');
    await expect.poll(() => page.locator('[data-process]').count()).toBe(50);
    await page.getByRole('button', { name: 'Next page' }).click();
    await expect.poll(() => page.locator('[data-process]').count()).toBe(10);
    await page.waitForURL(/page=2/);
    await page.context().close();
  });

  it('compares any two versions on the graph, as a list and as text', async () => {
    const id = await idOf('Restart at night');
    const { body: shown } = await browser.server.ask('GET', `/api/processes/${id}`);
    const changed = structuredClone(shown.document);
    const [restart] = changed.rootActivity.children;
    restart.properties.delay = '900';
    changed.rootActivity.children.push({ type: 'manualTask', name: 'Ask', description: 'Is it done?', children: [] });
    changed.rootActivity.edges.push({ from: 'Restart', to: 'Ask', type: 'FAILURE', value: '' });
    await browser.server.ask('PUT', `/api/processes/${id}`, { expectedVersion: shown.version, document: changed });
    const page = await browser.open(`/processes/${id}`);
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByRole('button', { name: 'Ask Manual task added' }).waitFor();
    await page.getByRole('button', { name: /^Restart Reboot Phone .*changed$/ }).waitFor();
    await page.getByText('on failure (added)').waitFor();
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    await page.getByText('As a list', { exact: true }).click();
    await page.getByRole('row', { name: /changed Restart properties.delay 600 900/i }).waitFor();
    await page.getByText('As text', { exact: true }).click();
    await page.getByText('"delay": "900"').waitFor();
    await expect.poll(() => page.locator('[data-sign="-"]', { hasText: '"delay": "600"' }).count()).toBe(1);
    await page.getByLabel('Compare version', { exact: true }).selectOption('2');
    await page.getByText('Choose two different versions').waitFor();
    await page.getByLabel('with version', { exact: true }).selectOption('1');
    await page.getByRole('region', { name: 'Differences between version 2 and version 1' }).waitFor();
    await page.getByText('As a list', { exact: true }).click();
    await page.getByRole('row', { name: /removed Ask/i }).waitFor();
    await page.waitForURL(/from=2&to=1/);
    await page.context().close();
  });

  it('imports what is dropped, says what came of it, marks what is unresolved, and exports it again without loss', async () => {
    const page = await browser.open('/processes');
    const document = {
      name: 'From elsewhere',
      unknownField: { kept: [1, 2.5, 'three'] },
      rootActivity: {
        type: 'graph',
        name: 'g',
        edges: [{ to: 'S', type: 'ALWAYS', value: '' }],
        offsets: [],
        children: [
          {
            type: 'plugin',
            name: 'S',
            pluginName: 'Nobody Has It',
            pluginVersion: 7,
            commandName: 'Do',
            properties: {},
            children: [],
          },
        ],
      },
    };
    await page.getByTestId('drop-exports').waitFor();
    await drop(page, [{ name: 'elsewhere.json', text: JSON.stringify(document) }]);
    await page.getByText('Imported: 1 new, 0 changed, 0 unchanged').waitFor();
    await page.getByText('“From elsewhere” uses Nobody Has It 7, which is not installed here.').waitFor();
    await page.getByLabel('Only unresolved').check();
    await expect.poll(() => page.locator('[data-process]').count()).toBe(1);
    const row = page.locator('[data-process]', { hasText: 'From elsewhere' });
    await row.getByText('unresolved', { exact: true }).waitFor();
    await row.getByRole('checkbox').check();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export 1 chosen' }).click(),
    ]);
    const exported = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(exported.processes?.[0] ?? exported).toEqual(document);
    await page.context().close();
  });

  it('draws a graph within a graph inside its container', async () => {
    const inner = {
      type: 'graph',
      name: 'inner',
      edges: [{ to: 'In', type: 'ALWAYS' }],
      children: [{ type: 'finish', name: 'In' }],
    };
    const document = {
      name: 'Nested',
      rootActivity: {
        type: 'graph',
        name: 'g',
        edges: [{ to: 'Each version', type: 'ALWAYS' }],
        children: [{ type: 'componentEnvironmentIterator', name: 'Each version', children: [inner] }],
      },
    };
    const { body: made } = await browser.server.ask('POST', '/api/processes', { kind: 'generic', document });
    const page = await browser.open(`/processes/${made.id}`);
    const outer = page.getByRole('button', { name: /^Each version · For each version/ });
    await outer.waitFor();
    await page.getByRole('button', { name: 'In Finish', exact: true }).waitFor();
    // at one moment: the picture may still be moved to its first view
    const isInside = () =>
      page.evaluate(
        (ids) => {
          const [around, held] = ids.map((id) =>
            window.document.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.getBoundingClientRect(),
          );
          return !!around && !!held && held.left > around.left && held.bottom < around.bottom && held.top > around.top;
        },
        [nodeId('Each version'), nodeId('Each version', 'In')],
      );
    await expect.poll(isInside).toBe(true);
    await page.context().close();
  });

  it('draws a graph of 500 activities without standing still', async () => {
    const built = await openBrowser({}, 'production');
    try {
      await built.server.ask('POST', '/api/processes', { kind: 'generic', document: largeProcess() });
      const page = await built.open('/processes');
      const blocked = await watchBlocks(page);
      await page.getByRole('link', { name: 'Large' }).hover();
      await blocked();
      const begun = performance.now();
      await page.getByRole('link', { name: 'Large' }).click();
      await page.getByRole('button', { name: 'Step 0 Sleep' }).waitFor();
      const shownAfter = Math.round(performance.now() - begun);
      await expect.poll(() => page.locator('.react-flow__node').count(), { interval: 100 }).toBe(501);
      const opening = await blocked();
      await page.locator('.react-flow__pane').hover({ position: { x: 40, y: 300 } });
      for (let turn = 0; turn < 8; turn++) await page.mouse.wheel(0, turn % 2 ? 240 : -240);
      await page.mouse.down();
      await page.mouse.move(500, 200, { steps: 20 });
      await page.mouse.up();
      const moving = await blocked();
      console.log(
        `500 activities: first ones after ${shownAfter} ms; blocked until all are drawn: ${opening.join(', ') || 0} ms; while zooming and panning: ${moving.join(', ') || 0} ms`,
      );
    } finally {
      await built.close();
    }
  });

  it('takes what is typed in the designer of 500 activities', async () => {
    const built = await openBrowser({}, 'production');
    try {
      const { body } = await built.server.ask('POST', '/api/processes', { kind: 'generic', document: largeProcess() });
      const page = await built.open(`/processes/${body.id}/design`);
      const blocked = await watchBlocks(page);
      await expect.poll(() => page.locator('.react-flow__node').count(), { interval: 100 }).toBe(501);
      await page.getByRole('button', { name: 'Step 0 Sleep', exact: true }).click();
      const seconds = page.getByRole('textbox', { name: 'Seconds to sleep' });
      await seconds.press('End');
      await blocked();
      await seconds.pressSequentially('23456789');
      await expect.poll(() => seconds.inputValue()).toBe('123456789');
      console.log(`typing in the designer of 500 activities: blocked for ${(await blocked()).join(', ') || 0} ms`);
    } finally {
      await built.close();
    }
  });

  it('shows hostile names, descriptions, values and plugin texts as text: nothing of them runs', async () => {
    const evil = '<img src=x onerror="alert(1)"><script>alert(2)</script><br/>javascript:alert(3)';
    const document = {
      name: `Evil ${evil}`,
      description: evil,
      rootActivity: {
        type: 'graph',
        name: evil,
        edges: [
          { to: evil, type: 'ALWAYS', value: '' },
          { from: evil, to: 'end', type: 'VALUE', value: evil },
        ],
        children: [
          {
            type: 'plugin',
            name: evil,
            pluginName: evil,
            pluginVersion: 1,
            commandName: evil,
            properties: { [evil]: evil },
            preconditionScript: evil,
            children: [],
          },
          { type: evil, name: 'end', children: [] },
        ],
      },
    };
    const { body: made } = await browser.server.ask('POST', '/api/processes', {
      kind: 'component',
      owner: evil,
      document,
    });
    await browser.server.ask('PUT', `/api/processes/${made.id}`, {
      expectedVersion: 1,
      document: { ...document, description: `${evil} again` },
    });
    const page = await browser.open('/processes?search=Evil');
    await page.getByText(`Evil ${evil}`).first().waitFor();
    await page.goto(`/processes/${made.id}`);
    await page.locator('.react-flow__node', { hasText: '<img' }).first().click();
    await page.getByRole('complementary', { name: 'Details of the activity' }).waitFor();
    await page.goto(`/processes/${made.id}?tab=versions`);
    await page.getByText('As text', { exact: true }).click();
    await page.getByText('again').first().waitFor();
    await page.goto(`/processes/${made.id}/design`);
    await page.locator('.react-flow__node', { hasText: '<img' }).first().click();
    await page.getByRole('region', { name: 'The chosen activity' }).waitFor();
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(browser.complaints).toEqual([]);
    await page.context().close();
  });

  it('speaks French', async () => {
    const page = await browser.open('/processes', { locale: 'fr-FR' });
    await page.getByRole('button', { name: 'Importer des exports' }).waitFor();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('fr');
    await page.context().close();
  });
});

/** 500 activities in three strands. */
function largeProcess() {
  const names = Array.from({ length: 500 }, (_, index) => `Step ${index}`);
  const edges = names.map((to, index) => ({
    ...(index === 0 ? {} : { from: names[index < 4 ? 0 : index - 3] }),
    to,
    type: index === 0 ? 'ALWAYS' : 'SUCCESS',
    value: '',
  }));
  const children = names.map((name) => ({ type: 'processSleep', name, sleepTime: '1', children: [] }));
  return { name: 'Large', rootActivity: { type: 'graph', name: 'g', edges, offsets: [], children } };
}

/** Answers, each time it is asked, the lengths in ms of the tasks over 50 ms since the last time. */
async function watchBlocks(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const blockedFor: number[] = [];
    Object.assign(globalThis, { blockedFor });
    new PerformanceObserver((list) => {
      blockedFor.push(...list.getEntries().map(({ duration }) => Math.round(duration)));
    }).observe({ type: 'longtask' as never });
  });
  return () => page.evaluate(() => (globalThis as never as { blockedFor: number[] }).blockedFor.splice(0));
}
