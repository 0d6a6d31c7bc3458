import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';

let browser: TestBrowser;
beforeEach(async () => {
  browser = await openBrowser();
});
afterEach(() => browser.close());

describe('a first visit', () => {
  it('goes from the first token to the plan of an upgrade, the example data loaded in one click', async () => {
    const page = await browser.openSignedOut('/');
    await page.getByText('Its first token stands where it was started').waitFor();
    browser.tolerate(/401/);
    await page.getByLabel('Token').fill('not a token');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').getByText('No such token.').waitFor();
    await page.getByLabel('Token').fill(browser.server.token);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();

    await page.getByText('Nothing is here yet').waitFor();
    await page.getByRole('button', { name: 'Show me around', exact: true }).click();
    const card = page.getByRole('dialog');
    await card.getByText('Find or do anything', { exact: true }).waitFor();
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    for (const title of ['Plugins', 'Processes', 'Upgrades', 'Runs', 'Help']) {
      await page.keyboard.press('ArrowRight');
      await card.getByText(title, { exact: true }).waitFor();
    }
    await card.getByRole('button', { name: 'Done', exact: true }).click();
    await card.waitFor({ state: 'detached' });
    // offered once
    await page.reload();
    await page.getByText('Nothing is here yet').waitFor();
    expect(await page.getByRole('region', { name: 'A tour', exact: true }).count()).toBe(0);

    await page.getByRole('button', { name: 'Load the example data', exact: true }).click();
    await page.getByText('The example data is loaded').waitFor();
    // and stays so when the page has heard that the server is no longer empty
    await page.getByRole('navigation').getByText('12', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Look at the upgrade' }).click();
    await page.getByLabel('Plugin', { exact: true }).selectOption('org.example.fleet-tools');
    await page.getByRole('button', { name: 'Show what it would do', exact: true }).click();
    await page.getByRole('heading', { name: /^Fleet Tools .* → 3$/ }).waitFor();
    await page.context().close();
  });

  it('speaks French where the browser does, and either language when it is chosen', async () => {
    const page = await browser.open('/', { locale: 'fr-FR' });
    await page.getByRole('heading', { name: 'À traiter', level: 1 }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('fr');
    await page.getByRole('button', { name: 'admin', exact: true }).click();
    await page.getByRole('menuitem', { name: 'English', exact: true }).click();
    await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
    await page.context().close();
  });

  it('says what went wrong in French, above the server’s own words', async () => {
    browser.tolerate(/status of 404/);
    const page = await browser.open('/upgrades/999', { locale: 'fr-FR' });
    const alert = page.getByRole('alert');
    await alert.getByText('Ce plan n’existe pas, ou plus.', { exact: true }).waitFor();
    await alert.locator('[lang="en"]').getByText(/999/).waitFor();
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    await page.context().close();
  });

  it('is light or dark as the machine is, and the other when it is chosen', async () => {
    const page = await browser.open('/', { colorScheme: 'dark' });
    const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
    const who = page.getByRole('button', { name: 'admin', exact: true });
    await who.click();
    await page.getByRole('menuitem', { name: 'Use light colours', exact: true }).click();
    await expect.poll(scheme).toBe('light');
    await page.reload();
    await who.click();
    await page.getByRole('menuitem', { name: 'Use dark colours', exact: true }).waitFor();
    await expect.poll(scheme).toBe('light');
    await page.context().close();
  });

  it('signs out, and signs in again with name and password', async () => {
    const { ask, ended } = browser.server;
    await ended((await ask('POST', '/api/examples')).body);
    await ask('POST', '/api/users', { name: 'grace', role: 'viewer', password: 'correct horse' });
    const page = await browser.open('/');
    await page.getByRole('button', { name: 'admin', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByLabel('Name').fill('grace');
    await page.getByLabel('Password').fill('correct horse');
    await page.getByLabel('Password').press('Enter');
    await page.getByRole('button', { name: 'grace', exact: true }).waitFor();
    // what a viewer may not do is not offered
    const menu = page.getByRole('navigation', { name: 'Main menu' });
    await menu.getByRole('link', { name: 'Plugins', exact: true }).click();
    await page.locator('[data-plugin="org.example.fleet-tools"]').waitFor();
    expect(await page.getByRole('button', { name: /More for|Install|Update the list/ }).count()).toBe(0);
    await page.context().close();
  });

  it('forbids scripts and styles of others by a strict policy, and keeps built files for ever', async () => {
    const answer = await fetch(browser.server.url);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'self'/);
    expect(/script-src ([^;]*)/.exec(policy)?.[1]).toBe("'self'");
    expect(policy).toMatch(/object-src 'none'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    const [script] = /\/assets\/[^"]+\.js/.exec(await answer.text()) ?? [];
    const kept = await fetch(new URL(script ?? '', browser.server.url));
    expect(kept.headers.get('cache-control')).toContain('immutable');
  });
});
