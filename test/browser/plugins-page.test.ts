import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';
import { channelUrl, devicePackage, newerSpa754, otherPlugins, publish, spa754 } from './sample-channel.ts';

let browser: TestBrowser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  await publish(browser.server, 'stable', spa754, ...otherPlugins);
  await publish(browser.server, 'testing', newerSpa754, ...otherPlugins);
  page = await browser.open('/');
});
afterAll(() => browser.close());

const { id } = spa754;
const row = () => page.locator(`[data-plugin="${id}"]`);
const act = (what: string) => page.getByRole('button', { name: `${what} ${id}` });

async function lookAt(url: string): Promise<void> {
  await page.getByRole('link', { name: 'General' }).click();
  await page.getByLabel('Plugin server URL').fill(url);
}

async function takeChannel(channel: string): Promise<void> {
  await lookAt(channelUrl(browser.server, channel));
  const save = page.getByRole('button', { name: 'Save' });
  if (await save.isEnabled()) await save.click();
  await expect.poll(() => page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await page.getByRole('link', { name: 'Plugins', exact: true }).click();
  await page.getByRole('button', { name: 'Update the list' }).click();
}

const show = (state: string) =>
  page.getByRole('radiogroup', { name: 'Which plugins' }).getByText(state, { exact: true }).click();

/** Installed and offered version as the table shows them. */
const versions = async () => (await row().getByRole('cell').allInnerTexts()).slice(1, 3);

describe('the walk of the old page "Managing Plugins"', () => {
  it('Configuration → Provisioning → General: says why a URL cannot be used, and what the testing channel offers', async () => {
    await lookAt(new URL('plugins/1/nowhere/', browser.server.url).href);
    await page.getByRole('button', { name: 'Try this URL' }).click();
    await page.getByRole('alert').getByText('This URL cannot be used').waitFor();
    await lookAt(channelUrl(browser.server, 'testing'));
    await page.getByRole('button', { name: 'Try this URL' }).click();
    await page.getByText('This channel offers 4 plugins').waitFor();
    await page.getByText('4 are not installed here').waitFor();
  });

  it('stable first: update the list, search, check the version, install', async () => {
    await takeChannel('stable');
    await row().waitFor();
    await page.getByLabel('Search in id and description').fill('spa501');
    await expect.poll(() => page.locator('[data-plugin]').count()).toBe(1);
    expect(await versions()).toEqual(['–', '0.4']);
    await act('Install').click();
    await page.getByText(/^Install.*: done$/).waitFor();
    await expect.poll(versions).toEqual(['0.4', '0.4']);
    await page.getByLabel('Search in id and description').fill('');
  });

  it('testing next: the newer version is marked, what changed is shown, and it is upgraded', async () => {
    await takeChannel('testing');
    await row().getByText('Upgradeable').waitFor();
    await show('Upgradeable');
    await expect.poll(() => page.locator('[data-plugin]').count()).toBe(1);
    await page.getByRole('button', { name: id, exact: true }).click();
    await page.getByText('0.4 → 0.5').waitFor();
    await page.getByText('templates/base.tpl', { exact: true }).click();
    await page.getByText('+  <Time_Zone>GMT</Time_Zone>').waitFor();
    await show('All');
    await act('Upgrade').click();
    await expect.poll(versions).toEqual(['0.5', '0.5']);
  });

  it('what was edited in place is marked, shown and reloaded; what cannot be read says why', async () => {
    const info = join(browser.server.folder, 'data/plugins', id, 'plugin-info');
    const text = await readFile(info, 'utf8');
    await writeFile(info, text.replace(/("description": )"[^"]*"/, '$1"Edited <br/> in place"'));
    await act('Reload').click();
    await row().getByText('Edited <br/> in place').waitFor();
    await row().getByText('Modified').waitFor();
    await writeFile(info, '{ "version": ');
    browser.tolerate(/status of 4\d\d/);
    await act('Reload').click();
    await row()
      .getByRole('alert')
      .getByText(/plugin-info/)
      .waitFor();
    await row().getByText('Edited <br/> in place').waitFor();
    await writeFile(info, text);
    await act('Reload').click();
    await row().getByText('Plugin for Cisco SPA501G, SPA504G.').waitFor();
  });

  it('uninstalls, and goes back to stable', async () => {
    await act('Uninstall').click();
    await expect.poll(versions).toEqual(['–', '0.5']);
    await takeChannel('stable');
    await expect.poll(versions).toEqual(['–', '0.4']);
  });

  it('empties the cache, and says what the switch means', async () => {
    await page.getByRole('link', { name: 'General' }).click();
    await page.getByText(/^2 packages, \d+ kB$/).waitFor();
    await page.getByRole('button', { name: 'Empty the cache' }).click();
    await page.getByText('0 packages, 0 kB').waitFor();
    await page.getByRole('switch', { name: 'Keep downloaded packages' }).click({ force: true });
    await expect.poll(async () => settingOf('cache_plugin')).toBe(false);
  });

  it('shows descriptions in the language of the server', async () => {
    await page.getByLabel('Language of plugin descriptions').selectOption('fr_FR');
    await page.getByRole('link', { name: 'Plugins', exact: true }).click();
    await row().getByText('Greffon pour Cisco SPA501G, SPA504G.').waitFor();
  });
});

describe('other plugins', () => {
  it('installs a package from the person’s own machine, and tells why one cannot be read', async () => {
    const [chosen] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Install a package from this computer' }).click(),
    ]);
    const own = { ...spa754, id: 'my-own-plugin', version: '1.0' };
    const { name, content } = await devicePackage(own);
    await chosen.setFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
    await page.locator('[data-plugin="my-own-plugin"]').waitFor();
    const files = page.locator('input[type=file]');
    await files.setInputFiles({ name: 'broken.zip', mimeType: 'application/zip', buffer: Buffer.from('nothing') });
    await page.getByRole('alert').first().waitFor();
  });

  it('shows a template conflict side by side, and takes the decision', async () => {
    const server = browser.server;
    await takeChannel('stable');
    await act('Install').click();
    await expect.poll(versions).toEqual(['0.4', '0.4']);
    const template = join(server.folder, 'data/plugins', id, 'var/templates/base.tpl');
    await mkdir(dirname(template), { recursive: true });
    await writeFile(template, '<flat-profile>\n  <Time_Zone>CET</Time_Zone>\n</flat-profile>\n');
    await takeChannel('testing');
    await act('Upgrade').click();
    await expect.poll(versions).toEqual(['0.5', '0.5']);
    await row().getByText('1 template conflict').waitFor();
    await page.getByRole('button', { name: id, exact: true }).click();
    await page.getByRole('tab', { name: 'Template conflicts' }).click();
    await page.getByText('<Time_Zone>CET</Time_Zone>').first().waitFor();
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await expect.poll(() => row().getByText('template conflict').count()).toBe(0);
    expect(await readFile(template, 'utf8')).toContain('CET');
  });
});

async function settingOf(name: string): Promise<unknown> {
  const { body } = await browser.server.ask('GET', '/api/settings');
  return body.find((setting: { name: string }) => setting.name === name).value;
}
