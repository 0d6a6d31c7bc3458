/// <reference lib="dom" />
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

async function showProcess(id: string) {
  return (await browser.server.ask('GET', `/api/processes/${id}`)).body;
}

/** A process of its own for a test, and its id. */
async function makeProcess(name: string): Promise<string> {
  const document = {
    name,
    fieldOfAnotherTool: { kept: true },
    rootActivity: {
      type: 'graph',
      name: 'graph',
      edges: [
        { to: 'Restart', type: 'ALWAYS', value: '' },
        { from: 'Restart', to: 'Check', type: 'SUCCESS', value: '' },
      ],
      offsets: [],
      children: [
        {
          type: 'plugin',
          name: 'Restart',
          pluginName: 'Fleet Tools',
          pluginVersion: 1,
          commandName: 'Reboot Phone',
          properties: { fleetFolder: './fleet', host: 'one', delay: '10' },
          children: [],
        },
        {
          type: 'plugin',
          name: 'Check',
          pluginName: 'Fleet Tools',
          pluginVersion: 1,
          commandName: 'Check Registration',
          properties: { fleetFolder: './fleet', host: 'one', password: 'hush-hush' },
          children: [],
        },
      ],
    },
  };
  return (await browser.server.ask('POST', '/api/processes', { kind: 'generic', document })).body.id;
}

const node = (page: Page, name: string) => page.locator('.react-flow__node', { hasText: name });
/** What the graph calls an activity of the outermost level. */
const idOf = (name: string) => encodeURIComponent(JSON.stringify([name]));
const focusedNode = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-id'));
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });

describe('The designer', () => {
  it('makes a new process: activities by click, drag and drop, edges, values by type with required marks and defaults; saves it', async () => {
    const page = await browser.open('/processes');
    await page.getByRole('link', { name: 'New process' }).click();
    await page.getByLabel('Name of the process').fill('Made in the designer');
    await page.getByLabel('Search step types').fill('reboot');
    await page.getByRole('button', { name: 'Add Reboot Phone' }).click();
    const form = page.getByRole('region', { name: 'The chosen activity' });
    await expect.poll(() => form.getByRole('textbox', { name: 'Delay' }).inputValue()).toBe('10');
    await form.getByText('This is required.').waitFor();
    await node(page, 'Reboot Phone').getByText('problem').waitFor();
    await form.getByRole('textbox', { name: 'Host' }).fill('phone-1');
    await form.getByRole('button', { name: 'Insert an expression into Host' }).click();
    await page.getByRole('menuitem', { name: '${p?:name}', exact: true }).click();
    // the menu fades out; it has no items left then
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await expect.poll(() => form.getByRole('textbox', { name: 'Host' }).inputValue()).toContain('${p?:name}');
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    await page.getByLabel('Search step types').fill('');
    await page.getByRole('button', { name: 'Add Finish' }).click();
    await page.getByRole('button', { name: 'Add Set status' }).dragTo(page.locator('.react-flow__pane'), {
      targetPosition: { x: 60, y: 330 },
    });
    await node(page, 'Set status').waitFor();
    await node(page, 'Reboot Phone').click();
    await form.getByLabel('Connect to').selectOption('Set status');
    await form.getByLabel('When').selectOption('FAILURE');
    await form.getByRole('button', { name: 'Connect', exact: true }).click();
    await save(page).click();
    await page.getByText('Saved as version 1.').waitFor();
    await page.waitForURL(/processes\/\d+\/design/);
    const id = /processes\/(\d+)\/design/.exec(page.url())?.[1];
    const { document, kind } = await showProcess(id!);
    expect(kind).toBe('generic');
    expect(document.name).toBe('Made in the designer');
    expect(document.rootActivity.children.map(({ name }: { name: string }) => name)).toEqual([
      'Reboot Phone',
      'Finish',
      'Set status',
    ]);
    expect(document.rootActivity.edges).toEqual([
      { to: 'Reboot Phone', type: 'ALWAYS', value: '' },
      { from: 'Reboot Phone', to: 'Finish', type: 'SUCCESS', value: '' },
      { from: 'Reboot Phone', to: 'Set status', type: 'FAILURE', value: '' },
    ]);
    expect(document.rootActivity.children[0].properties).toEqual({
      fleetFolder: './fleet',
      host: 'phone-1${p?:name}',
      delay: '10',
    });
    expect(document.rootActivity.offsets).toHaveLength(4);
    await page.context().close();
  });

  it('edits with undo and redo by keyboard, keeps secure values and unknown fields, and makes a new version', async () => {
    const id = await makeProcess('Edited');
    const page = await browser.open(`/processes/${id}/design`);
    await node(page, 'Restart').waitFor();
    await page.getByRole('button', { name: /^Restart Reboot Phone/ }).press('Enter');
    const form = page.getByRole('region', { name: 'The chosen activity' });
    const name = form.getByRole('textbox', { name: 'Name', exact: true });
    await expect.poll(() => name.evaluate((field) => field === document.activeElement)).toBe(true);
    await name.fill('Restart it');
    await name.press('Enter');
    await page.getByRole('button', { name: /^Restart it/ }).press('ArrowDown');
    // the focus follows when the picture has moved
    await expect.poll(() => focusedNode(page)).toBe(idOf('Check'));
    await page.keyboard.press('Delete');
    await expect.poll(() => node(page, 'Check').count()).toBe(0);
    await expect.poll(() => focusedNode(page)).toBe(idOf('Restart it'));
    await page.keyboard.press('Control+z');
    await node(page, 'Check').waitFor();
    await page.keyboard.press('Control+z');
    await expect.poll(() => node(page, 'Restart it').count()).toBe(0);
    await page.keyboard.press('Control+Shift+z');
    await node(page, 'Restart it').waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText('Saved as version 2.').waitFor();
    const { document, version } = await showProcess(id);
    expect(version).toBe(2);
    expect(document['fieldOfAnotherTool']).toEqual({ kept: true });
    const stored = await browser.server.ask('POST', '/api/processes/export', { ids: [id] });
    const kept = JSON.stringify(stored.body);
    expect(kept).toContain('hush-hush');
    expect(kept).toContain('"from":"Restart it"');
    await page.context().close();
  });

  it('connects two handles by dragging, with the chosen type of edge, and keeps why it was saved', async () => {
    const id = await makeProcess('Connected');
    const page = await browser.open(`/processes/${id}/design`);
    await page.getByLabel('New edges lead', { exact: true }).selectOption('FAILURE');
    const from = node(page, 'Restart').locator('.react-flow__handle.source');
    await from.dragTo(node(page, 'Check').locator('.react-flow__handle.target'));
    await page.getByText('on failure', { exact: true }).and(page.locator('text')).waitFor();
    await page.getByRole('textbox', { name: 'Why (kept with the version)', exact: true }).fill('asked by the desk');
    await save(page).click();
    await page.getByText('Saved as version 2.').waitFor();
    expect((await showProcess(id)).document.rootActivity.edges).toEqual([
      { to: 'Restart', type: 'ALWAYS', value: '' },
      { from: 'Restart', to: 'Check', type: 'SUCCESS', value: '' },
      { from: 'Restart', to: 'Check', type: 'FAILURE', value: '' },
    ]);
    await page.goto(`/processes/${id}?tab=versions`);
    await page.getByRole('row', { name: /^2 .* asked by the desk/ }).waitFor();
    await page.context().close();
  });

  it('chooses several activities with a click or a box, moves them together and removes them in one step', async () => {
    const id = await makeProcess('Several');
    const page = await browser.open(`/processes/${id}/design`);
    const [restart, check] = [node(page, 'Restart'), node(page, 'Check')];
    const several = page.getByRole('region', { name: '2 activities are chosen' });
    const places = async () => {
      const [one, other] = [await restart.boundingBox(), await check.boundingBox()];
      return [one!.x, one!.y, other!.x, other!.y].map(Math.round);
    };
    await restart.click();
    await check.click({ modifiers: ['Shift'] });
    await several.waitFor();
    const before = await places();
    await check.focus();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(places).not.toEqual(before);
    const apart = ([x1, y1, x2, y2]: number[]) => [x2! - x1!, y2! - y1!];
    await expect.poll(async () => apart(await places())).toEqual(apart(before));
    const moved = await places();
    const held = (await restart.boundingBox())!;
    await page.mouse.move(held.x + 60, held.y + 20);
    await page.mouse.down();
    await page.mouse.move(held.x + 100, held.y + 70, { steps: 8 });
    await page.mouse.up();
    await expect.poll(places).not.toEqual(moved);
    await expect.poll(async () => apart(await places())).toEqual(apart(before));
    await several.getByRole('button', { name: 'Remove all of them', exact: true }).click();
    await expect.poll(() => restart.count()).toBe(0);
    await expect.poll(() => check.count()).toBe(0);
    await page.keyboard.press('Control+z');
    await restart.waitFor();
    await check.waitFor();

    const frame = (await page.locator('.react-flow__pane').boundingBox())!;
    await page.keyboard.down('Shift');
    await page.mouse.move(frame.x + 5, frame.y + 60);
    await page.mouse.down();
    await page.mouse.move(frame.x + frame.width - 20, frame.y + frame.height - 20, { steps: 8 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await several.waitFor();
    await restart.focus();
    await page.keyboard.press('Delete');
    await expect.poll(() => restart.count()).toBe(0);
    await expect.poll(() => check.count()).toBe(0);
    await page.context().close();
  });

  it('lets two people edit the same process: the second is told, nothing is overwritten, both changes come together', async () => {
    browser.tolerate(/status of 409/);
    const id = await makeProcess('Shared');
    const mine = await browser.open(`/processes/${id}/design`);
    const theirs = await browser.openAs({ name: 'eva', role: 'process-owner' }, `/processes/${id}/design`);
    for (const [page, label, value] of [
      [mine, 'Delay', '99'],
      [theirs, 'Host', 'two'],
    ] as const) {
      await node(page, 'Restart').click();
      await page.getByRole('textbox', { name: label }).fill(value);
      await page.getByText('There are changes that are not saved.').waitFor();
    }
    await save(theirs).click();
    await theirs.getByText('Saved as version 2.').waitFor();
    await mine.getByText('eva saved version 2 while you were editing').waitFor();
    const [refused] = await Promise.all([
      mine.waitForResponse((answer) => answer.request().method() === 'PUT'),
      save(mine).click(),
    ]);
    expect(refused.status()).toBe(409);
    expect((await showProcess(id)).version).toBe(2);
    await mine.getByRole('button', { name: 'Compare', exact: true }).click();
    await mine.getByText('~ Restart: delay').waitFor();
    await mine.getByText('As a list', { exact: true }).click();
    await mine.getByRole('row', { name: /changed Restart properties.host one two/i }).waitFor();
    await mine.getByRole('button', { name: 'Put my changes on top of theirs' }).click();
    await save(mine).click();
    await mine.getByText('Saved as version 3.').waitFor();
    const { document } = await showProcess(id);
    expect(document.rootActivity.children[0].properties).toMatchObject({ host: 'two', delay: '99' });
    await mine.context().close();
    await theirs.context().close();
  });

  it('offers activities of every kind with their fields, without a serious finding of axe', async () => {
    const page = await browser.open('/processes/new/design');
    await page.getByLabel('Name of the process').fill('Kinds');
    const form = page.getByRole('region', { name: 'The chosen activity' });
    for (const [entry, field] of [
      ['Acquire lock', 'Lock'],
      ['Sleep', 'Seconds to sleep'],
      ['Switch', 'Property'],
      ['Manual task', 'What the person should do'],
      ['Run process', 'Process'],
    ] as const) {
      await page.getByRole('button', { name: `Add ${entry}`, exact: true }).click();
      await form.getByRole('textbox', { name: field, exact: true }).fill('something');
    }
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    const places = () =>
      page.locator('.react-flow__node').evaluateAll((all) => all.map((one) => (one as HTMLElement).style.transform));
    const before = await places();
    await page.getByRole('button', { name: 'Tidy up', exact: true }).click();
    await expect.poll(places).not.toEqual(before);
    await save(page).click();
    await page.getByText('Saved as version 1.').waitFor();
    await page.context().close();
  });
});
