import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';
import { type Furnished, furnish } from './furnish.ts';
import { loaded, pagesOf } from './pages.ts';

// fifteen pages in one test: minutes on a machine that does much else
vi.setConfig({ testTimeout: 400_000 });

let browser: TestBrowser;
let things: Furnished;
// nothing here changes what the server holds
beforeAll(async () => {
  browser = await openBrowser();
  things = await furnish(browser.server);
});
afterAll(() => browser.close());

async function eachPage(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  for (const [name, path] of Object.entries(pagesOf(things))) {
    await page.goto(path);
    await loaded(page);
    await look(name);
  }
}

describe('every page', () => {
  it('has a menu that opens in a narrow window and closes behind what is chosen', async () => {
    const page = await browser.open('/', { viewport: { width: 390, height: 844 } });
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await page.getByRole('link', { name: 'Channels', exact: true }).click();
    await page.waitForURL('**/channels');
    await page.getByRole('button', { name: 'Open the menu' }).waitFor();
    await page.context().close();
  });

  it('lets every action be reached by the tab key alone', async () => {
    const page = await browser.open('/');
    const missed: string[] = [];
    await eachPage(page, async (name) => {
      for (const action of await unreachedActions(page)) missed.push(`${name}: ${action}`);
    });
    await page.context().close();
    expect(missed).toEqual([]);
  });
});

/** Presses tab until the focus was everywhere, and answers what could be clicked but never had the focus. */
async function unreachedActions(page: Page): Promise<string[]> {
  const all = await page.evaluate(() => {
    document.body.focus();
    const wanted = 'a[href], button, input:not([type=file]):not([type=hidden]), select, textarea, summary';
    const seen = [...document.querySelectorAll<HTMLElement>(wanted)].filter(
      (one) =>
        one.checkVisibility() && !one.closest('[aria-hidden="true"], [inert]') && !('disabled' in one && one.disabled),
    );
    for (const one of seen) one.setAttribute('data-test-action', '');
    addEventListener('focusin', ({ target }) => (target as Element).setAttribute('data-test-reached', ''));
    return seen.length;
  });
  let unreached: string[] = [];
  // more often than there are actions: what they lead to (such as a graph's nodes) takes the focus too
  for (let step = 1; step <= all + 60; step += 1) {
    await page.keyboard.press('Tab');
    if (step % 20 > 0 && step < all + 60) continue;
    unreached = await page.evaluate(() => {
      const reached = (one: Element) =>
        one.hasAttribute('data-test-reached') ||
        // one of a set of tabs or radio buttons has the focus; arrow keys lead to the others
        one.closest('[role=tablist], [role=radiogroup]')?.querySelector('[data-test-reached]') !== null;
      return [...document.querySelectorAll('[data-test-action]')]
        .filter((one) => !reached(one))
        .map((one) => one.outerHTML.slice(0, 160));
    });
    if (unreached.length === 0) break;
  }
  return unreached;
}
