import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';

const plugin = 'org.example.fleet-tools';
let browser: TestBrowser;
beforeEach(async () => {
  browser = await openBrowser();
  const { ask, ended } = browser.server;
  await ended((await ask('POST', '/api/examples')).body);
});
afterEach(() => browser.close());

async function plan(to: number): Promise<string> {
  const { ask, ended } = browser.server;
  return (await ended((await ask('POST', '/api/plans', { plugin, to })).body)).result;
}

interface Shown {
  readonly id: string;
  readonly version: number;
  readonly document: {
    readonly description: string;
    readonly rootActivity: { readonly children: { readonly properties: Record<string, string> }[] };
  };
}

async function processNamed(name: string): Promise<Shown> {
  const { body } = await browser.server.ask('GET', `/api/processes?search=${encodeURIComponent(name)}&limit=1`);
  return (await browser.server.ask('GET', `/api/processes/${body.items[0].id}`)).body;
}

/** A person edits a process, as the designer does. */
async function edit(name: string, description: string): Promise<void> {
  const { id, version, document } = await processNamed(name);
  const body = { expectedVersion: version, document: { ...document, description } };
  expect((await browser.server.ask('PUT', `/api/processes/${id}`, body)).status).toBeLessThan(300);
}

/** A person sets a value of the process's first step. */
async function editValue(name: string, property: string, value: string): Promise<void> {
  const { id, version, document } = await processNamed(name);
  const changed = structuredClone(document);
  const [step] = changed.rootActivity.children;
  if (step) step.properties[property] = value;
  const body = { expectedVersion: version, document: changed };
  expect((await browser.server.ask('PUT', `/api/processes/${id}`, body)).status).toBeLessThan(300);
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const allUnlisted = (page: Page, name: string) =>
  page.getByRole('group', { name: 'All steps that are not listed:' }).getByRole('button', { name, exact: true });
const state = (page: Page, name: string) => page.getByText(name, { exact: true }).first().waitFor();

describe('an upgrade in the page', () => {
  it('goes from plan to groups, an entry, questions one by one and alike, applying, and undoing with a preview', async () => {
    const page = await browser.open('/upgrades');
    await page.getByLabel('Plugin', { exact: true }).selectOption(plugin);
    await page.getByLabel('To version').selectOption('3');
    await button(page, 'Show what it would do').click();
    await page.getByRole('heading', { name: /Fleet Tools: .* → 3/ }).waitFor();
    await expect.poll(() => page.locator('[data-number="processes"]').innerText()).toBe('11');
    await expect.poll(() => button(page, 'Apply').isDisabled()).toBe(true);

    await page.getByRole('tab', { name: 'Groups' }).click();
    const group = page.getByRole('button', { name: /process.*Reboot Phone/ }).first();
    await group.click();
    await page.getByRole('cell', { name: 'host → address' }).first().waitFor();
    await page.getByRole('tab', { name: 'Processes' }).click();
    await page.getByLabel('Search a process').fill('night');
    await page.getByRole('status').getByText('1 process', { exact: true }).waitFor();
    await button(page, 'Restart at night').click();
    await page.getByRole('dialog').getByText('600').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.getByRole('tab', { name: 'Questions (3 of 3 open)' }).click();
    const questions = page.locator('[data-question]');
    await expect.poll(() => questions.count()).toBe(3);
    const first = questions.first();
    await first.getByLabel('Take it out of the process and join its neighbours').check();
    await first.getByRole('button', { name: 'Answer', exact: true }).click();
    await page.getByRole('tab', { name: 'Questions (2 of 3 open)' }).waitFor();
    // the answered one goes when the list is read again
    await expect.poll(() => questions.count()).toBe(2);
    await first.getByLabel(/Keep it at the last version/).check();
    await first.getByRole('button', { name: /^Answer all \d alike$/ }).click();
    await page.getByRole('tab', { name: 'Questions (0 of 3 open)' }).waitFor();
    await page.getByText('No question is open.').waitFor();
    await page.getByRole('switch', { name: 'Only open questions' }).press('Space');
    await expect.poll(() => questions.count()).toBe(3);
    await first.getByRole('button', { name: 'Take the answer back', exact: true }).click();
    await page.getByText('must be answered first').waitFor();
    await allUnlisted(page, 'Pin').click();
    await page.getByRole('tab', { name: 'Questions (0 of 3 open)' }).waitFor();

    await button(page, 'Apply').click();
    await state(page, 'applied');
    await edit('Restart at night', 'edited after the upgrade');
    await button(page, 'Undo').click();
    await page.getByText(/\d+ processes are put back exactly as they were/).waitFor();
    await page.getByText(/1 process was edited since; the edit is kept/).waitFor();
    await page.getByText('Version 1 of the plugin is active again.').waitFor();
    await button(page, 'Undo the upgrade').click();
    await state(page, 'undone');
    await page.getByRole('link', { name: 'Upgrades', exact: true }).click();
    await page.getByRole('row', { name: /undone/ }).waitFor();
    await page.context().close();
  });

  it.each([
    { choice: 'As it was before the upgrade', properties: { host: '${p:phone}' } },
    { choice: 'As it is now', properties: { address: 'edited-since' } },
  ])(
    'asks at the undo where a later edit stands against it, and does what is chosen: $choice',
    async ({ choice, properties }) => {
      const id = await plan(2);
      const { ask, ended } = browser.server;
      await ended((await ask('POST', `/api/plans/${id}/apply`)).body);
      await editValue('Restart at night', 'address', 'edited-since');
      const page = await browser.open(`/upgrades/${id}`);
      await button(page, 'Undo').click();
      const dialog = page.getByRole('dialog', { name: 'What undoing would do' });
      await dialog.getByText('Restart at night', { exact: true }).waitFor();
      await dialog.getByText(/"properties\.address" of "Restart" was changed by the upgrade and by somebody/).waitFor();
      await expect.poll(() => button(page, 'Undo the upgrade').isDisabled()).toBe(true);
      expect(await browser.accessibilityFindings(page)).toEqual([]);
      await dialog.getByRole('radio', { name: choice, exact: true }).check();
      await button(page, 'Undo the upgrade').click();
      await state(page, 'undone');
      const [step] = (await processNamed('Restart at night')).document.rootActivity.children;
      expect(step).toMatchObject({ pluginVersion: 1, properties });
      await page.context().close();
    },
  );

  it('counts only open questions with a group, and finds entries by what they belong to', async () => {
    const id = await plan(3);
    const { ask } = browser.server;
    const questions = (await ask('GET', `/api/plans/${id}/questions`)).body.items;
    const answers = { [questions[0].question.id]: questions[0].question.choices[0].answer };
    await ask('PUT', `/api/plans/${id}/answers`, { answers });
    const groups = (await ask('GET', `/api/plans/${id}/groups`)).body.items as { openQuestions: number }[];
    expect(groups.reduce((sum, group) => sum + group.openQuestions, 0)).toBe(questions.length - 1);
    const all = (await ask('GET', `/api/plans/${id}/processes?limit=200`)).body.items as { owner: string | null }[];
    const owner = all.find((entry) => entry.owner !== null)?.owner ?? '';
    const owned = all.filter((entry) => entry.owner === owner).length;
    const page = await browser.open(`/upgrades/${id}`);
    await page.getByRole('tab', { name: 'Processes' }).click();
    await page.getByLabel('Search a process').fill(owner);
    const count = new RegExp(`^${owned} process(es)?$`);
    await page.getByRole('status').getByText(count).waitFor();
    expect(owned).toBeLessThan(all.length);
    await page.context().close();
  });

  it('is shared by its address, and two people who apply it at the same time are both told how it went', async () => {
    const id = await plan(2);
    const [ada, grace] = await Promise.all([
      browser.open(`/upgrades/${id}`),
      browser.openAs({ name: 'grace', role: 'plugin-manager' }, `/upgrades/${id}`),
    ]);
    browser.tolerate(/status of 409/);
    const both = await Promise.all([ada, grace].map((page) => button(page, 'Apply').elementHandle()));
    await Promise.all(both.map((apply) => apply?.evaluate((element) => (element as HTMLElement).click())));
    await Promise.all([state(ada, 'applied'), state(grace, 'applied')]);
    const { body } = await browser.server.ask('GET', `/api/plans/${id}`);
    expect(body).toMatchObject({ state: 'applied', applied: body.totals.processes });
    await Promise.all([ada.context().close(), grace.context().close()]);
  });

  it('takes a process that was edited meanwhile with its edit, and says so to those who look on', async () => {
    const id = await plan(3);
    const onlooker = await browser.openAs({ name: 'linus', role: 'viewer' }, `/upgrades/${id}`);
    await onlooker.getByRole('heading', { name: /→ 3/ }).waitFor();
    expect(await button(onlooker, 'Apply').count()).toBe(0);
    const page = await browser.open(`/upgrades/${id}`);
    await allUnlisted(page, 'Delete').click();
    await expect.poll(() => button(page, 'Apply').isEnabled()).toBe(true);
    await edit('Restart at night', 'edited meanwhile');
    await button(page, 'Apply').click();
    await Promise.all([state(page, 'applied'), state(onlooker, 'applied')]);
    expect((await processNamed('Restart at night')).document.description).toBe('edited meanwhile');
    await Promise.all([page.context().close(), onlooker.context().close()]);
  });
});
