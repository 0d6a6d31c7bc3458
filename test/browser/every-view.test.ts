import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { approvedFolder, differenceFrom } from './approved.ts';
import { openBrowser, type TestBrowser } from './browser.ts';
import { type Furnished, furnish } from './furnish.ts';
import { type Look, looks, pictureOf } from './looks.ts';
import { loaded, pagesOf } from './pages.ts';

// some twenty views in one test: minutes on a machine that does much else
vi.setConfig({ testTimeout: 400_000 });

let browser: TestBrowser;
let things: Furnished;
// nothing here changes what the server holds
beforeAll(async () => {
  browser = await openBrowser({}, 'production');
  things = await furnish(browser.server);
});
afterAll(() => browser.close());

/** What a page in French says in another language, or has not filled in. */
async function notFrench(page: Page): Promise<string[]> {
  const wrong: string[] = [];
  const language = await page.locator('html').getAttribute('lang');
  if (language !== 'fr') wrong.push(`its language is ${language}`);
  if ((await page.getByRole('link', { name: 'Mises à niveau' }).count()) === 0) wrong.push('its menu is not French');
  // an address of the API has its parts between braces
  const open = page.getByText(/\{\w+\}| \|\| /).and(page.locator(':not(code, pre)'));
  for (const text of await open.allTextContents()) wrong.push(`not filled in: ${text}`);
  return wrong;
}

/** What a view had the server send. */
const sentFor = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const kinds = ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind));
    return (kinds as PerformanceResourceTiming[]).reduce((sum, { transferSize }) => sum + transferSize, 0);
  });

/** At most 350 kB for the first view and 150 kB for each further one, fonts, looks and answers included. */
function expectWithinBudgets(sent: readonly (readonly [view: string, bytes: number])[]): void {
  const [[name, first], ...further] = sent as [[string, number], ...typeof sent];
  const kB = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
  process.stdout.write(
    `over the wire: first view ${kB(first)}; then ${further.map(([view, bytes]) => `${view} ${kB(bytes)}`).join(', ')}\n`,
  );
  expect(name).toBe('inbox');
  expect(first).toBeLessThan(350_000);
  expect(first).toBeGreaterThan(100_000);
  expect(further.filter(([, bytes]) => bytes > 150_000)).toEqual([]);
}

describe('every view, as people get it', () => {
  // a page that is open in the light is drawn in the dark without being fetched again
  it.concurrent.each<Look[]>([['light', 'dark'], ['french'], ['narrow']])(
    'is drawn as it was approved, within its budget, without a serious finding of axe, and nothing of it is cut off: %s %s',
    async (first, ...others) => {
      const wrong: string[] = [];
      const compare = async (page: Page, name: string): Promise<void> => {
        for (const look of [first, ...others].filter((one) => one !== undefined)) {
          await page.emulateMedia({ colorScheme: looks[look].colorScheme });
          // the page hears of it with its next picture: what is looked at before is half of each
          await page.waitForFunction(
            (scheme) =>
              document.documentElement.dataset['mantineColorScheme'] === scheme &&
              document.getAnimations().length === 0,
            looks[look].colorScheme,
          );
          // what else axe asks is the same in every colour
          const findings = await browser.accessibilityFindings(page, look === 'dark' ? ['color-contrast'] : undefined);
          for (const finding of findings) wrong.push(`${name}-${look}: ${finding}`);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          if (width > looks[look].viewport.width) wrong.push(`${name}-${look}: ${width} pixels wide`);
          if (look === 'french' && name !== 'sign-in')
            wrong.push(...(await notFrench(page)).map((what) => `${name}: ${what}`));
          const difference = await differenceFrom(`${name}-${look}`, await pictureOf(page));
          if (difference) wrong.push(difference);
        }
      };
      const sent: [view: string, bytes: number][] = [];
      const page = await browser.open('/', looks[first]);
      for (const [name, path] of Object.entries(pagesOf(things))) {
        // the first view is open already, and nothing was kept for it
        if (path !== '/') await page.goto(path);
        await loaded(page);
        sent.push([name, await sentFor(page)]);
        await compare(page, name);
      }
      await page.context().close();
      const signIn = await browser.openSignedOut('/', looks[first]);
      await loaded(signIn);
      await compare(signIn, 'sign-in');
      await signIn.context().close();
      expect(wrong).toEqual([]);
      expectWithinBudgets(sent);
    },
  );

  it('has an approved picture of at most 60 kB, and none is of a view that is gone', async () => {
    const views = ['sign-in', ...Object.keys(pagesOf(things))];
    const wanted = views.flatMap((view) => Object.keys(looks).map((look) => `${view}-${look}.png`));
    const there = await readdir(approvedFolder);
    expect(there.filter((name) => name.endsWith('.png')).sort()).toEqual(wanted.sort());
    const large = await Promise.all(
      there.map(async (name) => [name, (await stat(join(approvedFolder, name))).size] as const),
    );
    expect(large.filter(([, size]) => size > 60_000)).toEqual([]);
  });

  it('draws an outline around every activity of the designer, in both schemes', async () => {
    for (const look of ['light', 'dark'] as const) {
      const page = await browser.open(`/processes/${things.process}/design`, looks[look]);
      await page.locator('.react-flow__node').first().waitFor();
      const borders = await page.locator('.react-flow__node > div:not(.react-flow__handle)').evaluateAll((all) =>
        all.map((one) => {
          const { borderTopWidth, borderTopStyle, borderTopColor, color } = getComputedStyle(one);
          return { width: Number.parseFloat(borderTopWidth), style: borderTopStyle, colour: borderTopColor, color };
        }),
      );
      expect(borders.length).toBeGreaterThan(3);
      for (const { width, style, colour } of borders) {
        expect(width).toBeGreaterThan(0);
        expect(style).not.toBe('none');
        expect(colour).toMatch(/^rgb\(/);
      }
      // a rule that the bundler broke leaves its words as they were written
      const broken = await page.evaluate(() =>
        [...document.styleSheets]
          .flatMap((sheet) => [...sheet.cssRules].map(({ cssText }) => cssText))
          .filter((text) => text.includes('var(--lightningcss')),
      );
      expect(broken).toEqual([]);
      await page.context().close();
    }
  });
});
