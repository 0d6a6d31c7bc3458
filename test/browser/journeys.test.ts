import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';
import { type Hands, hands } from './hands.ts';
import { channelUrl, newerSpa754, otherPlugins, publish, spa754 } from './sample-channel.ts';

let browser: TestBrowser;
let page: Page;
beforeEach(async () => {
  browser = await openBrowser();
});
afterEach(() => browser.close());

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const menu = (name: string) =>
  page.getByRole('navigation', { name: 'Main menu' }).getByRole('link', { name: new RegExp(`^${name}`) });
const view = (name: string) => page.getByRole('main').getByRole('radio', { name, exact: true }).first();
const dialog = () => page.getByRole('dialog');

async function begin(how: keyof typeof hands, path = '/'): Promise<Hands> {
  page = await browser.open(path);
  return hands[how](page);
}

async function loadExamples({ press }: Hands): Promise<void> {
  await press(button('Load the example data'));
  await page.getByText('The example data is loaded').waitFor();
}

async function processNamed(name: string) {
  const { ask } = browser.server;
  const { items } = (await ask('GET', `/api/processes?search=${encodeURIComponent(name)}&limit=1`)).body;
  return (await ask('GET', `/api/processes/${items[0].id}`)).body;
}

/** What somebody else does in the meantime: the first step of a process gets another value. */
async function setValue(name: string, property: string, value: string): Promise<void> {
  const { id, version, document } = await processNamed(name);
  document.rootActivity.children[0].properties[property] = value;
  const saved = await browser.server.ask('PUT', `/api/processes/${id}`, { expectedVersion: version, document });
  expect(saved.status).toBe(200);
}

// each begins at an empty server
describe.each(Object.keys(hands) as (keyof typeof hands)[])('a walk with the %s', (how) => {
  it('installs from a channel after Configuration → Provisioning → General was changed', async () => {
    await publish(browser.server, 'stable', spa754, ...otherPlugins);
    const { press, type } = await begin(how);
    const url = channelUrl(browser.server, 'stable');
    await press(menu('General'));
    await type(page.getByLabel('Plugin server URL', { exact: true }), url);
    await press(button('Try this URL'));
    await page.getByText('This channel offers 4 plugins').waitFor();
    await press(button('Save'));
    const saved = async () => (await browser.server.ask('GET', '/api/settings')).body;
    await expect.poll(saved).toContainEqual(expect.objectContaining({ name: 'plugin_server', value: url }));
    await press(menu('Plugins'));
    await press(button('Update the list'));
    await type(page.getByLabel('Search in id and description'), 'spa501');
    await expect.poll(() => page.locator('[data-plugin]').count()).toBe(1);
    await press(button(`Install ${spa754.id}`));
    await page.getByText(/^Install.*: done$/).waitFor();
    const cells = page.locator(`[data-plugin="${spa754.id}"]`).getByRole('cell');
    await expect.poll(async () => (await cells.allInnerTexts()).slice(2, 4)).toEqual(['0.4', '0.4']);
  });

  it('labels processes, reviews an upgrade, answers, applies it in two waves, and undoes it over a conflict', async () => {
    const person = await begin(how);
    const { press, choose, tag } = person;
    await loadExamples(person);
    await press(menu('Processes'));
    for (const name of ['Restart at night', 'Restart a desk phone'])
      await press(page.getByRole('checkbox', { name: `Choose ${name}`, exact: true }));
    await tag(page.getByRole('combobox', { name: 'A label', exact: true }), 'pilot');
    await press(button('Label 2 chosen'));
    await expect.poll(() => page.locator('[data-process]', { hasText: 'pilot' }).count()).toBe(2);

    await press(menu('Upgrades'));
    await choose(page.getByLabel('Plugin', { exact: true }), 'Fleet Tools');
    await choose(page.getByLabel('To version'), '3');
    await press(button('Show what it would do'));
    await page.getByText('3 answers missing', { exact: true }).waitFor();
    await press(button('Needs an answer 3'));
    await press(page.locator('[data-entry]').first());
    const question = page.getByRole('article').locator('[data-question]').first();
    await press(question.getByRole('radio', { name: /Keep it at the last version/ }));
    await press(question.getByRole('button', { name: 'Answer all 3 alike', exact: true }));
    await page.getByText('3 answers missing', { exact: true }).waitFor({ state: 'detached' });

    await press(view('Waves'));
    const waves = page.getByRole('region', { name: 'Waves', exact: true });
    await choose(waves.getByLabel('Part', { exact: true }), 'pilot');
    await press(waves.getByRole('button', { name: 'Apply this part…', exact: true }));
    await press(dialog().getByRole('button', { name: 'Apply this part', exact: true }));
    await waves.getByText('The part “pilot” is done; the rest waits.').waitFor();
    await press(waves.getByRole('button', { name: 'Continue…', exact: true }));
    await press(dialog().getByRole('button', { name: 'Continue', exact: true }));
    await page.locator('[data-state="applied"]').waitFor();

    await setValue('Restart a desk phone', 'delay', '45');
    await press(button('Undo…'));
    await dialog()
      .getByText(/was "10" before the upgrade and is "45" now\. Which one stays\?$/)
      .waitFor();
    await expect.poll(() => button('Undo the upgrade').isDisabled()).toBe(true);
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    await press(dialog().getByRole('radio', { name: 'As it is now', exact: true }));
    await press(button('Undo the upgrade'));
    await page.locator('[data-state="undone"]').waitFor();
    const [step] = (await processNamed('Restart a desk phone')).document.rootActivity.children;
    expect(step).toMatchObject({ pluginVersion: 1, properties: { delay: '45' } });
  });

  it('designs a process, runs it, follows its log, and goes on from the step that failed', async () => {
    const person = await begin(how);
    const { press, type } = person;
    await loadExamples(person);
    await press(menu('Processes'));
    await press(page.getByRole('link', { name: 'New process' }));
    await type(page.getByLabel('Name of the process'), 'Made here');
    await type(page.getByLabel('Search step types'), 'reboot');
    await press(button('Add Reboot Phone'));
    const form = page.getByRole('region', { name: 'The chosen activity' });
    await type(form.getByRole('textbox', { name: 'Host' }), 'phone-1');
    await type(form.getByRole('textbox', { name: /folder/i }), '/dev/null/nowhere');
    await press(button('Save'));
    await page.getByText('Saved as version 1.').waitFor();
    await press(page.getByRole('link', { name: 'Close', exact: true }));
    await press(page.getByRole('link', { name: 'Run…', exact: true }));
    await press(button('Start'));
    await press(button('Go on from what failed'));
    const run = async () =>
      (await browser.server.ask('GET', `/api/runs/${new URL(page.url()).pathname.split('/').at(-1)}`)).body;
    await expect.poll(run).toMatchObject({ state: 'failed', stepList: [{ activity: 'Reboot Phone', attempt: 2 }] });
    await press(button('Log of Reboot Phone'));
    await page
      .getByRole('region', { name: 'What Reboot Phone said and gave' })
      .getByText('The log is complete.')
      .waitFor();
    await page.waitForURL(/step=Reboot/);
    await button('Go on from Reboot Phone').waitFor();
  });

  it('promotes with a reason, and puts back with one', async () => {
    await publish(browser.server, 'stable', spa754, ...otherPlugins.slice(1));
    await publish(browser.server, 'testing', newerSpa754, ...otherPlugins);
    const { press, type, choose } = await begin(how);
    const why = (name: string) => dialog().getByRole('button', { name, exact: true });
    await press(menu('Channels'));
    await press(page.getByRole('checkbox', { name: spa754.id, exact: true }));
    await press(button('Promote 1 plugin to stable…'));
    await dialog()
      .getByText(`stable offers 1 plugin in the very bytes that were tried: ${spa754.id} 0.4 → 0.5.`)
      .waitFor();
    // nothing is promoted without a reason
    expect(await why('Promote').isDisabled()).toBe(true);
    await type(dialog().getByLabel('Why (kept with it in the history)'), 'seen working in the branch office');
    await press(why('Promote'));
    await expect.poll(() => page.locator('[data-difference]').count()).toBe(1);

    await choose(page.getByLabel('Channel', { exact: true }), 'stable');
    await press(view('History'));
    await page.getByText('admin · seen working in the branch office · generation 2').waitFor();
    await press(button('Put back to 1'));
    await type(dialog().getByLabel('Why (kept with it in the history)'), 'it loses the time zone');
    await press(why('Put back'));
    await page.getByText('admin · it loses the time zone · generation 3').waitFor();
  });

  it('adds an agent: a token for its name and labels alone, and what to paste on its machine', async () => {
    const { ask, url } = browser.server;
    const { press, type, tag } = await begin(how);
    await press(menu('Agents'));
    await press(button('Add an agent…'));
    const add = page.getByRole('dialog', { name: 'Add an agent', exact: true });
    await type(add.getByRole('textbox', { name: 'Agent' }), 'floor-2');
    await tag(add.getByRole('combobox', { name: 'Labels', exact: true }), 'phones');
    await press(add.getByRole('button', { name: 'Make its token', exact: true }));
    const command = await add.locator('[data-command]').innerText();
    const [, secret] = /printf '%s\\n' '(\S+)'/.exec(command) ?? [];
    expect(command).toContain(`lockstep agent --server ${new URL(url).origin} --token-file lockstep-agent.token`);
    expect(secret).toBeTruthy();
    const own = await ask('GET', '/api/agent/self', undefined, secret);
    expect(own.body).toEqual({ agent: 'floor-2', labels: ['phones'] });
    expect((await ask('GET', '/api/users', undefined, secret)).status).toBe(403);
    await press(add.getByRole('button', { name: 'Done', exact: true }));
    // shown once
    expect(await page.getByText(secret ?? '').count()).toBe(0);
  });
});
