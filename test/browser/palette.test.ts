import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';
import { type Furnished, furnish } from './furnish.ts';

let browser: TestBrowser;
let things: Furnished;
beforeAll(async () => {
  browser = await openBrowser();
  things = await furnish(browser.server);
});
afterAll(() => browser.close());

describe('find or do anything', () => {
  it('opens with Ctrl and K, finds processes, plugins, plans and pages, and goes there with Enter', async () => {
    const page = await browser.open('/');
    const find = async (words: string, found: string): Promise<void> => {
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.keyboard.press('Control+K');
      await page.getByRole('dialog').getByRole('textbox').fill(words);
      await page.locator(`[data-found="${found}"]`).waitFor();
    };
    await find('desk phone', `process ${things.process}`);
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    await page.locator(`[data-found="process ${things.process}"]`).click();
    await page.waitForURL(new RegExp(`/processes/${things.process}$`));
    await find(`go to plan ${things.plan}`, `plan ${things.plan}`);
    await page.locator(`[data-found="plan ${things.plan}"]`).click();
    await page.waitForURL(new RegExp(`/upgrades/${things.plan}$`));
    await find('install aastra', 'plugin xivo-aastra-3.3.1-SP4');
    await page.getByText('Install xivo-aastra-3.3.1-SP4', { exact: true }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/plugins\/xivo-aastra-3\.3\.1-SP4$/);
    await find('users', '/users');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Users and tokens', level: 1 }).waitFor();
    await page.context().close();
  });

  it('starts a run from the words of a person', async () => {
    const page = await browser.open('/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Control+K');
    await page.getByRole('dialog').getByRole('textbox').fill('run Restart a desk');
    await page.getByText('Run Restart a desk phone', { exact: true }).click();
    await page.getByLabel('Telephone').waitFor();
    await page.context().close();
  });

  it('shows the keys for a question mark, and goes to the search of a page for a slash, but not while somebody types', async () => {
    const page = await browser.open('/processes');
    await page.locator('[data-process]').first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).getByText('Find or do anything').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    const field = page.getByLabel('Search by name or owner');
    await expect.poll(() => field.evaluate((one) => one === document.activeElement)).toBe(true);
    await page.keyboard.type('j?/');
    expect(await field.inputValue()).toBe('j?/');
    await page.context().close();
  });
});
