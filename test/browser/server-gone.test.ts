import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer } from '../../src/server/index.ts';
import { openBrowser, type TestBrowser } from './browser.ts';

let browser: TestBrowser;
beforeEach(async () => {
  browser = await openBrowser();
  // a browser itself writes about each request that finds nobody, or is refused
  browser.tolerate(/Failed to load resource|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET/);
});
afterEach(() => browser.close());

describe('a session that ends', () => {
  it('asks to sign in again over the page as it was, and keeps what was typed', async () => {
    const page = await browser.open('/users');
    await page.getByLabel('New user').fill('half typed');
    await page.getByLabel('Role of admin').waitFor();
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Disable admin' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign in' });
    await dialog.getByText('Your session has ended. Sign in again; what you typed is kept.').waitFor();
    await dialog.getByRole('button', { name: 'Use a token instead' }).click();
    await dialog.getByLabel('Token').fill(browser.server.token);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByLabel('New user').inputValue()).toBe('half typed');
    await page.context().close();
  });
});

describe('a server that is gone', () => {
  it('is said so, while the page stays as it was; when it is back, the page goes on by itself', async () => {
    const page = await browser.open('/users');
    await page.getByRole('cell', { name: 'first run', exact: true }).waitFor();
    const { server } = browser;
    const { config } = server.services;
    const port = Number(new URL(server.url).port);
    server.services.beginStop();
    await server.app.close();
    await page.getByRole('alert').getByText('The server does not answer.').waitFor();
    expect(await page.getByRole('cell', { name: 'first run', exact: true }).count()).toBe(1);

    const data = `${server.folder}/second`;
    const log = { level: 'silent' } as const;
    const second = await startServer({ ...config, data, log, listen: { ...config.listen, port } });
    try {
      await page.getByText('The server does not answer.').waitFor({ state: 'hidden' });
      // it is another server, which does not know the session
      await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
      await page.context().close();
    } finally {
      await second.stop();
    }
  });
});

describe('a page whose code cannot be fetched', () => {
  it('says so in its place, while the rest stays, and comes by itself when the server answers again', async () => {
    const page = await browser.open('/users');
    await page.getByLabel('New user').waitFor();
    await page.context().setOffline(true);
    browser.tolerate(/ERR_INTERNET_DISCONNECTED|Failed to fetch dynamically imported module/);
    const menu = page.getByRole('navigation', { name: 'Main menu' });
    await menu.getByRole('link', { name: 'Channels', exact: true }).click();
    await page.getByRole('alert').getByText('The server does not answer, so this page cannot be loaded.').waitFor();
    // the frame is still there, and so are pages that were visited
    await menu.getByRole('link', { name: 'Users and tokens', exact: true }).click();
    await page.getByLabel('New user').waitFor();
    await menu.getByRole('link', { name: 'Channels', exact: true }).click();
    await page.getByRole('alert').getByText('this page cannot be loaded').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('heading', { name: 'Channels', level: 1 }).waitFor();
    await page.context().close();
  });

  it('is offered anew where the server has another version of it', async () => {
    const page = await browser.open('/users');
    await page.getByLabel('New user').waitFor();
    browser.tolerate(/Failed to fetch dynamically imported module/);
    // as after an upgrade: the files of this page are gone, and its address answers another one
    await page.context().route(/\/assets\/channels-page/, (route) => route.fulfill({ status: 404, body: '' }));
    await page.context().route(
      (url) => url.pathname === '/',
      async (route) => {
        const answer = await route.fetch();
        const text = (await answer.text()).replace(/assets\/index-[^"]+\.js/, 'assets/index-another.js');
        await route.fulfill({ response: answer, body: text });
      },
    );
    await page
      .getByRole('navigation', { name: 'Main menu' })
      .getByRole('link', { name: 'Channels', exact: true })
      .click();
    await page.getByRole('alert').getByText('A new version of the page is there.').waitFor();
    await page.context().unrouteAll();
    await page.getByRole('button', { name: 'Reload', exact: true }).first().click();
    await page.getByRole('heading', { name: 'Channels', level: 1 }).waitFor();
    await page.context().close();
  });
});
