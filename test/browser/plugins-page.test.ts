import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFolder, writePackage } from '../../src/package/index.ts';
import { projectRoot } from '../journey/lockstep.ts';
import { openBrowser, type TestBrowser } from './browser.ts';
import { channelUrl, devicePackage, newerSpa754, otherPlugins, publish, spa754 } from './sample-channel.ts';

let browser: TestBrowser;
let page: Page;
beforeEach(async () => {
  browser = await openBrowser();
  await publish(browser.server, 'stable', spa754, ...otherPlugins);
  await publish(browser.server, 'testing', newerSpa754, ...otherPlugins);
});
afterEach(() => browser.close());

const { id } = spa754;
const row = () => page.locator(`[data-plugin="${id}"]`);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const act = (what: string) => button(`${what} ${id}`);

/** What stands behind the three dots of a plugin. */
async function actBehindDots(what: string, of: string = id): Promise<void> {
  await button(`More for ${of}`).click();
  await page.getByRole('menuitem', { name: what, exact: true }).click();
}

async function uninstall(of: string = id): Promise<void> {
  await actBehindDots('Uninstall…', of);
  const dialog = page.getByRole('dialog');
  await dialog.getByText(`Uninstall ${of}? Your own files are kept aside.`).waitFor();
  await dialog.getByRole('button', { name: 'Uninstall', exact: true }).click();
}

const outcome = (of: string = id) => page.locator(`[data-outcome="${of}"]`);

/** What happened before a test begins: this channel was chosen and the plugin installed, or upgraded, from it. */
async function came(channel: string, act: 'install' | 'upgrade'): Promise<void> {
  const { ask, ended } = browser.server;
  await ask('PUT', '/api/settings/plugin_server', { value: channelUrl(browser.server, channel) });
  await ended((await ask('POST', '/api/plugins/update')).body);
  const { body } = await ask('POST', `/api/plugins/${id}/${act}`);
  expect(await ended(body.operation ?? body)).toMatchObject({ state: 'success' });
}

async function openPlugins(): Promise<void> {
  page = await browser.open('/configuration/provisioning/plugins');
  await row().waitFor();
}

/** Types a URL into the field that holds the present one. */
async function typeUrl(url: string): Promise<void> {
  await page.getByRole('link', { name: 'General', exact: true }).click();
  const field = page.getByLabel('Plugin server URL', { exact: true });
  await expect.poll(() => field.inputValue()).toBe((await settingOf('plugin_server')) ?? '');
  await field.fill(url);
}

async function takeChannel(channel: string): Promise<void> {
  const url = channelUrl(browser.server, channel);
  await typeUrl(url);
  await button('Save').click();
  await expect.poll(() => settingOf('plugin_server')).toBe(url);
  await page.getByRole('link', { name: 'Plugins', exact: true }).click();
  await button('Update the list').click();
}

const show = (state: RegExp) =>
  page.getByRole('radiogroup', { name: 'Which plugins' }).locator('label').filter({ hasText: state }).click();

/** Installed and offered version as the table shows them. */
const versions = async () => (await row().getByRole('cell').allInnerTexts()).slice(2, 4);

describe('the walk of the old page "Managing Plugins"', () => {
  it('Configuration → Provisioning → General: says why a URL cannot be used, and what the testing channel offers', async () => {
    page = await browser.open('/');
    await typeUrl(new URL('plugins/1/nowhere/', browser.server.url).href);
    await button('Try this URL').click();
    await page.getByRole('alert').getByText('This URL cannot be used').waitFor();
    await page.getByLabel('Plugin server URL', { exact: true }).fill(channelUrl(browser.server, 'testing'));
    await button('Try this URL').click();
    await page.getByText('This channel offers 4 plugins').waitFor();
    await page.getByText('4 are not installed here').waitFor();
  });

  it('testing next: the newer version is marked, what changed is shown, and it is upgraded', async () => {
    await came('stable', 'install');
    page = await browser.open('/');
    await takeChannel('testing');
    await row().getByText('Newer', { exact: true }).waitFor();
    await show(/^Newer/);
    await expect.poll(() => page.locator('[data-plugin]').count()).toBe(1);
    await page.waitForURL(/state=upgradeable/);
    await row().getByRole('link', { name: id, exact: true }).click();
    await page.getByRole('heading', { name: id, level: 1 }).waitFor();
    await page.getByText('0.4 → 0.5').waitFor();
    await page.getByText('templates/base.tpl', { exact: true }).click();
    await page.getByText('+  <Time_Zone>GMT</Time_Zone>').waitFor();
    // the filter stands in the address, so that going back finds it
    await page.goBack();
    await expect.poll(() => page.locator('[data-plugin]').count()).toBe(1);
    await show(/^All$/);
    await expect.poll(() => page.locator('[data-plugin]').count()).toBe(4);
    await act('Upgrade').click();
    await expect.poll(versions).toEqual(['0.5', '0.5']);
  });

  it('what was edited in place is marked, shown and reloaded; what cannot be read says why', async () => {
    await came('testing', 'install');
    await openPlugins();
    const info = join(browser.server.folder, 'data/plugins', id, 'plugin-info');
    const text = await readFile(info, 'utf8');
    await writeFile(info, text.replace(/("description": )"[^"]*"/, '$1"Edited <br/> in place"'));
    await actBehindDots('Reload');
    await row().getByText('Edited <br/> in place').waitFor();
    await row().getByText('Edited', { exact: true }).waitFor();
    await writeFile(info, '{ "version": ');
    browser.tolerate(/status of 4\d\d/);
    await actBehindDots('Reload');
    await outcome()
      .getByRole('alert')
      .getByText(/plugin-info/)
      .first()
      .waitFor();
    await row().getByText('Edited <br/> in place').waitFor();
    await writeFile(info, text);
    await actBehindDots('Reload');
    await row().getByText('Plugin for Cisco SPA501G, SPA504G.').waitFor();
  });

  it('uninstalls, and goes back to stable', async () => {
    await came('testing', 'install');
    await openPlugins();
    await uninstall();
    await expect.poll(versions).toEqual(['–', '0.5']);
    await takeChannel('stable');
    await expect.poll(versions).toEqual(['–', '0.4']);
  });

  it('empties the cache, and says what the switch means', async () => {
    await came('stable', 'install');
    await came('testing', 'upgrade');
    page = await browser.open('/configuration/provisioning/general');
    await page.getByText(/^2 packages, \d+ kB$/).waitFor();
    await button('Empty the cache').click();
    await page.getByText('0 packages, 0 kB').waitFor();
    await page.getByRole('switch', { name: 'Keep downloaded packages' }).press('Space');
    await expect.poll(() => settingOf('cache_plugin')).toBe(false);
  });

  it('shows descriptions in the language of the server', async () => {
    await came('stable', 'install');
    page = await browser.open('/configuration/provisioning/general');
    await page.getByRole('combobox', { name: 'Language of plugin descriptions' }).selectOption('fr_FR');
    await expect.poll(() => settingOf('locale')).toBe('fr_FR');
    await page.getByRole('link', { name: 'Plugins', exact: true }).click();
    await row().getByText('Greffon pour Cisco SPA501G, SPA504G.').waitFor();
  });
});

describe('several plugins at once', () => {
  it('are chosen and installed together, after one sentence that names them', async () => {
    await came('stable', 'install');
    await openPlugins();
    await page.getByRole('checkbox', { name: 'Choose all', exact: true }).check();
    await page.getByText('4 chosen', { exact: true }).waitFor();
    await button('Install 3…').click();
    const dialog = page.getByRole('dialog', { name: 'Install 3…' });
    await dialog.getByText(/xivo-snom-8\.7\.5\.35/).waitFor();
    await dialog.getByRole('button', { name: 'Install', exact: true }).click();
    const installed = async () => (await browser.server.ask('GET', '/api/plugins?state=installed')).body.total;
    await expect.poll(installed).toBe(4);
    await button('Install 3…').waitFor({ state: 'detached' });
  });

  it('say how many processes stand behind a version that was installed by itself, and plan their upgrade', async () => {
    const { ask, ended } = browser.server;
    await ended((await ask('POST', '/api/examples')).body);
    const tree = await readFolder(join(projectRoot, 'examples/fleet-tools/3'), { root: null });
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(await writePackage(tree, 'zip'))]), 'fleet-tools-3.zip');
    await ended((await ask('POST', '/api/plugins/upload', form)).body);
    page = await browser.open('/configuration/provisioning/plugins');
    const fleet = page.locator('[data-plugin="org.example.fleet-tools"]');
    await fleet.getByText(/11 processes/).waitFor();
    const { behind } = (await ask('GET', '/api/plugins?search=fleet-tools')).body.items[0];
    expect(behind).toBe(11);
    await fleet.getByText(`${behind} behind`).waitFor();
    await button('Plan… org.example.fleet-tools').click();
    await page.getByRole('heading', { name: /^Fleet Tools .* → 3$/, level: 1 }).waitFor();
  });
});

describe('other plugins', () => {
  it('installs a package from the person’s own machine, and tells why one cannot be read', async () => {
    page = await browser.open('/configuration/provisioning/plugins');
    const [chosen] = await Promise.all([page.waitForEvent('filechooser'), button('Install a package…').click()]);
    const own = { ...spa754, id: 'my-own-plugin', version: '1.0' };
    const { name, content } = await devicePackage(own);
    await chosen.setFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
    await page.locator('[data-plugin="my-own-plugin"]').waitFor();
    const files = page.locator('input[type=file]');
    browser.tolerate(/status of 4\d\d/);
    await files.setInputFiles({ name: 'broken.zip', mimeType: 'application/zip', buffer: Buffer.from('nothing') });
    await page.getByRole('alert').getByText('That did not work', { exact: true }).waitFor();
  });

  it('warns of the processes that use a plugin, and uninstalls it all the same where that is forced', async () => {
    const { ask, ended } = browser.server;
    await ended((await ask('POST', '/api/examples')).body);
    page = await browser.open('/configuration/provisioning/plugins');
    const used = 'org.example.fleet-tools';
    const known = async () => (await ask('GET', `/api/plugins/${used}`)).status === 200;
    await uninstall(used);
    const row = page.locator(`[data-plugin="${used}"]`);
    await outcome(used)
      .getByText(/is used by "Install", .* and 6 more/)
      .waitFor();
    await outcome(used).getByText('Processes keep their steps of this plugin').waitFor();
    expect(await known()).toBe(true);
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    await button('Uninstall although it is used').click();
    await expect.poll(known).toBe(false);
    await row.waitFor({ state: 'detached' });
    await page.goto('/processes?search=night');
    await page.locator('[data-process]').getByText('unresolved', { exact: true }).waitFor();
  });

  it('shows a template conflict side by side, and takes the decision', async () => {
    const { server } = browser;
    await came('stable', 'install');
    const template = join(server.folder, 'data/plugins', id, 'var/templates/base.tpl');
    await mkdir(dirname(template), { recursive: true });
    await writeFile(template, '<flat-profile>\n  <Time_Zone>CET</Time_Zone>\n</flat-profile>\n');
    page = await browser.open('/');
    await takeChannel('testing');
    await act('Upgrade').click();
    await expect.poll(versions).toEqual(['0.5', '0.5']);
    await row().getByText('1 template conflict', { exact: true }).waitFor();
    await row().getByRole('link', { name: id, exact: true }).click();
    await page.getByRole('region', { name: 'Template conflicts' }).waitFor();
    await page.getByText('<Time_Zone>CET</Time_Zone>').first().waitFor();
    await button('Keep mine').click();
    await page.getByText('1 template conflict', { exact: true }).waitFor({ state: 'detached' });
    expect(await readFile(template, 'utf8')).toContain('CET');
  });
});

async function settingOf(name: string): Promise<unknown> {
  const { body } = await browser.server.ask('GET', '/api/settings');
  return body.find((setting: { name: string }) => setting.name === name).value;
}
