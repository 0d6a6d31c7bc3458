import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sizesPlan } from '../journey/sizes-plan.ts';
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
const state = (page: Page, name: string) =>
  page.getByRole('main').locator('[data-state]').getByText(name, { exact: true }).waitFor();
const changes = (page: Page) => page.getByRole('region', { name: 'Changes', exact: true });
const numbers = async (page: Page, ...names: readonly string[]) =>
  Promise.all(names.map(async (name) => (await page.locator(`[data-number="${name}"]`).allInnerTexts())[0] ?? '0'));

/** Presses a button of the page, then the one of the dialog that it opens. */
async function actAndConfirm(page: Page, open: string, act: string, sentence: RegExp): Promise<void> {
  await button(page, open).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(sentence).waitFor();
  await dialog.getByRole('button', { name: act, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

describe('an upgrade in the page', () => {
  it('is reviewed change by change, answered in place one by one and alike, applied, and undone after a preview', async () => {
    const page = await browser.open('/upgrades');
    await page.getByLabel('Plugin', { exact: true }).selectOption(plugin);
    await page.getByLabel('To version').selectOption('3');
    await button(page, 'Show what it would do').click();
    await page.getByRole('heading', { name: /Fleet Tools .* → 3/, level: 1 }).waitFor();
    expect(await page.title()).toMatch(/^Fleet Tools .* → 3 · Lockstep$/);
    await expect.poll(() => numbers(page, 'processes', 'undecided')).toEqual(['11', '3']);
    await expect.poll(() => button(page, 'Apply…').isDisabled()).toBe(true);

    // processes whose change is the same stand together
    const groups = changes(page).locator('[data-group]');
    await expect.poll(() => groups.count()).toBeGreaterThan(2);
    await groups
      .filter({ hasText: /"host" becomes "address"/ })
      .first()
      .waitFor();
    await page.getByLabel('Search a process').fill('night');
    await changes(page).getByRole('status').getByText('1 process', { exact: true }).waitFor();
    await button(page, 'Restart at night').click();
    const entry = page.getByRole('article');
    await entry
      .getByRole('row', { name: /host → address/ })
      .first()
      .waitFor();
    await entry.getByText('600', { exact: true }).first().waitFor();
    await entry
      .getByText(/STEP-\d/)
      .first()
      .waitFor();
    await page.waitForURL(/process=\d+/);
    await button(page, 'Looked at').click();
    await page.getByText('1 of 11 looked at', { exact: true }).waitFor();
    await page.keyboard.press('v');
    await page.getByText('0 of 11 looked at', { exact: true }).waitFor();
    await page.getByLabel('Search a process').fill('');

    await button(page, 'Needs an answer 3').click();
    const asking = changes(page).locator('[data-entry]');
    await expect.poll(() => asking.count()).toBe(3);
    await asking.first().click();
    const question = entry.locator('[data-question]');
    await question.getByLabel('Take it out of the process and join its neighbours').check();
    await question.getByRole('button', { name: 'Answer', exact: true }).click();
    // every number is what the plan would do with its answers
    await page.getByText('2 answers missing', { exact: true }).waitFor();
    await expect.poll(() => numbers(page, 'deleted', 'undecided')).toEqual(['1', '2']);
    await expect.poll(() => asking.count()).toBe(2);
    await asking.first().click();
    await question.getByLabel(/Keep it at the last version/).check();
    await question.getByRole('button', { name: /^Answer all \d alike$/ }).click();
    await expect.poll(() => button(page, 'Apply…').isEnabled()).toBe(true);
    await expect.poll(() => numbers(page, 'deleted', 'pinned', 'undecided')).toEqual(['1', '2', '0']);
    await question.getByRole('button', { name: 'Take the answer back', exact: true }).click();
    await page.getByText('must be answered first').waitFor();
    await allUnlisted(page, 'Pin').click();
    await expect.poll(() => numbers(page, 'pinned', 'undecided')).toEqual([expect.stringMatching(/[23]/), '0']);

    await actAndConfirm(page, 'Apply…', 'Apply', /^11 processes, \d+ values, and Fleet Tools 3 becomes active\.$/);
    await state(page, 'applied');
    await edit('Restart at night', 'edited after the upgrade');
    await button(page, 'Undo…').click();
    await page.getByText(/\d+ processes are put back exactly as they were/).waitFor();
    await page.getByText(/1 process was edited since; the edit is kept/).waitFor();
    await page.getByText('Version 1 of the plugin is active again.').waitFor();
    await button(page, 'Undo the upgrade').click();
    await state(page, 'undone');
    await page.getByText('History', { exact: true }).click();
    await page.getByRole('row', { name: /undone plan Fleet Tools/ }).waitFor();
    await page
      .getByRole('navigation', { name: 'Main menu' })
      .getByRole('link', { name: 'Upgrades', exact: true })
      .click();
    await page.getByRole('row', { name: /undone/ }).waitFor();
    await page.context().close();
  });

  it('is reviewed by keyboard alone: rows with j and k, looked at with v', async () => {
    const id = await plan(2);
    const page = await browser.open(`/upgrades/${id}`);
    await changes(page).locator('[data-entry]').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const second = await changes(page).locator('[data-entry]').nth(1).getAttribute('data-entry');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-entry'));
    await expect.poll(focused).toBe(second);
    await page.keyboard.press('Enter');
    await page.locator(`article[data-process="${second}"]`).waitFor();
    await page.keyboard.press('v');
    await page.getByText(/^1 of \d+ looked at$/).waitFor();
    await page.keyboard.press('k');
    await expect.poll(focused).not.toBe(second);
    await page.context().close();
  });

  it('undoes over a later edit of a renamed property, which goes back under its old name without a question, and plans it again', async () => {
    const id = await plan(2);
    const { ask, ended } = browser.server;
    await ended((await ask('POST', `/api/plans/${id}/apply`)).body);
    await editValue('Restart at night', 'address', 'edited-since');
    const page = await browser.open(`/upgrades/${id}`);
    await button(page, 'Undo…').click();
    const dialog = page.getByRole('dialog', { name: 'What undoing would do' });
    await dialog.waitFor();
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    await button(page, 'Undo the upgrade').click();
    await state(page, 'undone');
    const [step] = (await processNamed('Restart at night')).document.rootActivity.children;
    expect(step).toMatchObject({ pluginVersion: 1, properties: { host: 'edited-since' } });

    // and the same again, with a reason
    await button(page, 'Plan again…').click();
    const again = page.getByRole('dialog', { name: /^Plan the upgrade of Fleet Tools to 2 again$/ });
    await again.getByLabel('Why (kept with it; may be left out)').fill('the edit was what was missing');
    await again.getByRole('button', { name: 'Plan again', exact: true }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/upgrades/') && !url.pathname.endsWith(`/${id}`));
    await state(page, 'planned');
    const planned = (await ask('GET', '/api/activity?action=upgrade.planned&limit=1')).body.items;
    expect(planned[0].text).toContain('the edit was what was missing');
    await page.context().close();
  });

  it('[ASK-1] lists every value that is asked about with how often it occurs, and answers them together', async () => {
    const id = await sizesPlan(browser.server);
    const page = await browser.open(`/upgrades/${id}`);
    await button(page, 'Needs an answer 4').click();
    await changes(page).locator('[data-entry]').first().click();
    const mapping = page.getByRole('region', { name: 'All values that are asked about: 2', exact: true });
    await mapping.getByRole('row', { name: /^XS 3/ }).waitFor();
    await mapping.getByRole('row', { name: /^XXL 1/ }).waitFor();
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    await mapping.getByLabel('What XS becomes', { exact: true }).selectOption('S');
    await mapping.getByLabel('What XXL becomes', { exact: true }).selectOption('L');
    await mapping.getByRole('button', { name: 'Answer 2 values', exact: true }).click();
    await expect.poll(() => button(page, 'Apply…').isEnabled()).toBe(true);
    const { items } = (await browser.server.ask('GET', `/api/plans/${id}/questions`)).body;
    expect(items.map(({ answer }: { answer: string }) => answer).sort()).toEqual(['L', 'S', 'S', 'S']);
    await page.context().close();
  });

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
    await page.getByLabel('Search a process').fill(owner);
    const count = new RegExp(`^${owned} process(es)?$`);
    await changes(page).getByRole('status').getByText(count).waitFor();
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
    await Promise.all([ada, grace].map((page) => button(page, 'Apply…').click()));
    const both = await Promise.all(
      [ada, grace].map((page) =>
        page.getByRole('dialog').getByRole('button', { name: 'Apply', exact: true }).elementHandle(),
      ),
    );
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
    expect(await button(onlooker, 'Apply…').count()).toBe(0);
    const page = await browser.open(`/upgrades/${id}`);
    await allUnlisted(page, 'Delete').click();
    await expect.poll(() => button(page, 'Apply…').isEnabled()).toBe(true);
    await edit('Restart at night', 'edited meanwhile');
    await actAndConfirm(page, 'Apply…', 'Apply', /becomes active/);
    await Promise.all([state(page, 'applied'), state(onlooker, 'applied')]);
    expect((await processNamed('Restart at night')).document.description).toBe('edited meanwhile');
    await Promise.all([page.context().close(), onlooker.context().close()]);
  });
});
