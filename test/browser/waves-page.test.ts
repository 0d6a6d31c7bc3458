import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labelledPlan } from '../journey/labelled-plan.ts';
import { useJson } from '../journey/step-plugin.ts';
import { openBrowser, type TestBrowser } from './browser.ts';

let browser: TestBrowser;
let plan: string;
/** Six processes, the first two labelled `pilot`. */
beforeEach(async () => {
  browser = await openBrowser();
  plan = await labelledPlan(browser.server, 6, 2);
});
afterEach(() => browser.close());

const panel = (page: Page): Locator => page.getByRole('region', { name: 'Waves', exact: true });
const button = (page: Page, name: string): Locator => panel(page).getByRole('button', { name, exact: true });
/** Presses a button of the waves, and the one of the same name in the dialog that follows. */
async function act(page: Page, name: string, why = ''): Promise<void> {
  await button(page, `${name}…`).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Why (kept with it; may be left out)').fill(why);
  await dialog.getByRole('button', { name, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}
const row = (page: Page, name: string): Locator =>
  panel(page)
    .getByRole('row')
    .filter({ has: page.getByRole('cell', { name, exact: true }) });
const cells = async (page: Page, name: string): Promise<string[]> =>
  (await row(page, name).getByRole('cell').allInnerTexts()).slice(2);
const header = async () => (await browser.server.ask('GET', `/api/plans/${plan}`)).body;

/** A person makes a process ask something that the plan did not. */
async function editToAsk(name: string): Promise<void> {
  const { ask } = browser.server;
  const { items } = (await ask('GET', `/api/processes?search=${name}&limit=1`)).body;
  const { version, document } = (await ask('GET', `/api/processes/${items[0].id}`)).body;
  const children = [
    useJson({ activity: 'A', step: 'Nobody knows it', version: 1 }),
    ...document.rootActivity.children.slice(1),
  ];
  const edited = { ...document, rootActivity: { ...document.rootActivity, children } };
  const saved = await ask('PUT', `/api/processes/${items[0].id}`, { expectedVersion: version, document: edited });
  expect(saved.status).toBe(200);
}

/** Keeps chunks from beginning; answers what lets them go. */
function holdChunks(): () => void {
  const { store } = browser.server.services;
  const { transaction } = store;
  const gate = Promise.withResolvers<void>();
  const held: typeof transaction = async (work) => {
    const { stack = '' } = new Error('who asks');
    if (stack.includes('applyChunk')) await gate.promise;
    return transaction(work);
  };
  Object.assign(store, { transaction: held });
  return () => gate.resolve();
}

describe('an upgrade in waves in the page', () => {
  it('applies the chosen part, shows how it fares, is paused, and continues with the rest', async () => {
    const page = await browser.open(`/upgrades/${plan}?view=waves`);
    await panel(page).getByLabel('Part', { exact: true }).selectOption('pilot');
    await panel(page)
      .getByRole('option', { name: 'pilot (2 of 2 waiting)', exact: true })
      .waitFor({ state: 'attached' });
    expect(await panel(page).getByLabel('Pause above', { exact: true }).inputValue()).toBe('5 %');
    await act(page, 'Apply this part', 'three days in the lab');
    await panel(page).getByRole('status').getByText('The part “pilot” is done; the rest waits.').waitFor();
    await expect.poll(() => cells(page, 'pilot')).toEqual(['2', '0', '0', '0', '0 of 0 failed']);
    expect(await cells(page, 'Without a wave')).toEqual(['0', '0', '4', '0', '0 of 0 failed']);
    await panel(page).getByRole('progressbar', { name: 'pilot: 100 % done', exact: true }).waitFor();
    expect(await header()).toMatchObject({ state: 'paused', course: { wave: 'pilot', stopAbove: 0.05 } });
    const { items } = (await browser.server.ask('GET', '/api/activity?action=upgrade.applying')).body;
    expect(items[0].details).toMatchObject({ wave: 'pilot', why: 'three days in the lab' });
    expect(await browser.accessibilityFindings(page)).toEqual([]);

    // kept: whoever comes later finds it
    await page.reload();
    await panel(page).getByText('The part “pilot” is done; the rest waits.').waitFor();
    await act(page, 'Continue');
    await expect.poll(() => cells(page, 'Without a wave')).toEqual(['4', '0', '0', '0', '0 of 0 failed']);
    await expect.poll(async () => (await header()).state).toBe('applied');
    await button(page, 'Continue…').waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('rests when somebody presses Pause, says who did, and continues where it was', async () => {
    const letGo = holdChunks();
    const page = await browser.open(`/upgrades/${plan}?view=waves`);
    await act(page, 'Apply this part');
    await button(page, 'Pause').click();
    await panel(page).getByText('Paused by admin.', { exact: true }).waitFor();
    letGo();
    // the chunk that was under way is finished, and no other is begun
    await expect.poll(() => cells(page, 'pilot')).toEqual(['2', '0', '0', '0', '0 of 0 failed']);
    await expect.poll(async () => (await header()).operation).toBe(null);
    expect(await header()).toMatchObject({ state: 'paused', applied: 2, course: { pause: { why: 'asked' } } });
    await act(page, 'Continue');
    await panel(page).getByText('The part “pilot” is done; the rest waits.').waitFor();
    await page.context().close();
  });

  it('says what paused it by itself, and goes on under another limit', async () => {
    await editToAsk('P1');
    const page = await browser.open(`/upgrades/${plan}?view=waves`);
    await act(page, 'Apply this part');
    await panel(page)
      .getByText(/^Paused by itself: 1 of 2 processes could not be carried over\.$/)
      .waitFor();
    await panel(page).getByText('1 of 2 processes could not be carried over (50 %).', { exact: true }).waitFor();
    expect(await panel(page).getByLabel('From now on pause above', { exact: true }).inputValue()).toBe('5 %');
    await panel(page).getByLabel('From now on pause above', { exact: true }).fill('80');
    await act(page, 'Continue');
    await panel(page).getByText('The part “pilot” is done; the rest waits.').waitFor();
    expect(await header()).toMatchObject({ state: 'paused', course: { stopAbove: 0.8, pause: { why: 'wave-done' } } });
    await page.context().close();
  });

  it('is looked at without its buttons by those who may not apply', async () => {
    const page = await browser.openAs({ name: 'linus', role: 'viewer' }, `/upgrades/${plan}?view=waves`);
    await row(page, 'Without a wave').waitFor();
    expect(await panel(page).getByRole('button').count()).toBe(0);
    await page.context().close();
  });
});
