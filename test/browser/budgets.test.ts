import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fillFleet } from '../../bench/fill-fleet.ts';
import { registerPlugin } from '../../src/catalogue/testing/register-plugin.ts';
import { fleetPlugin, fleetVersion } from '../fleet.ts';
import { openBrowser, type TestBrowser } from './browser.ts';
import { builtPage } from './built-page.ts';

let folder: string;
let browser: TestBrowser;
beforeEach(async () => {
  folder = await builtPage('production');
  browser = await openBrowser({}, 'production');
});
afterEach(() => browser.close());

const compressed = async (script: string) => gzipSync(await readFile(join(folder, 'assets', script))).length;

describe('budgets of the page', () => {
  it('loads at most 350 kB of compressed script first, and each page when it is visited', async () => {
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    const waiting = [...page.matchAll(/assets\/([^"]+\.js)/g)].map(([, script]) => script as string);
    const first = new Set<string>();
    for (let script = waiting.pop(); script !== undefined; script = waiting.pop()) {
      if (first.has(script)) continue;
      first.add(script);
      const text = await readFile(join(folder, 'assets', script), 'utf8');
      // what a script imports before it runs; `import("./…")` is lazy
      for (const [, next] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) waiting.push(next as string);
    }
    const sizes = await Promise.all([...first].map(compressed));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    process.stdout.write(`first load: ${Math.round(total / 1000)} kB of compressed script in ${first.size} files\n`);
    expect(total).toBeLessThan(350_000);
    expect([...first].filter((script) => /-page-/.test(script))).toEqual([]);
  });

  it('shows a plan over 10,000 processes, which stays smooth: measured and printed', async () => {
    const { store, catalogueOf } = browser.server.services;
    for (const version of [1, 2] as const) {
      await registerPlugin(catalogueOf('admin'), {
        ...fleetVersion(version),
        digest: `fleet-${version}`,
        activate: version === 1,
      });
    }
    await fillFleet(store, 10_000, 0);
    const { ask, ended } = browser.server;
    const made = await ended((await ask('POST', '/api/plans', { plugin: fleetPlugin.id, to: 2 })).body);
    expect(made).toMatchObject({ state: 'success' });

    const page = await browser.open('/');
    const start = performance.now();
    await page.goto(`/upgrades/${made.result}`);
    await page.locator('[data-number="processes"]').getByText('10,000', { exact: true }).waitFor();
    const content = performance.now() - start;
    const rows = page.getByTestId('review-rows');
    await rows.getByRole('button').first().waitFor();
    const blocked = await page.evaluate(async () => {
      let longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
      }).observe({ entryTypes: ['longtask'] });
      const frame = document.querySelector('[data-testid=review-rows]');
      for (let step = 0; step < 40; step += 1) {
        frame?.scrollBy(0, 400);
        await new Promise((drawn) => requestAnimationFrame(drawn));
      }
      return longest;
    });
    process.stdout.write(
      `a plan over 10,000 processes: first content after ${Math.round(content)} ms, ` +
        `longest task while scrolling ${Math.round(blocked)} ms\n`,
    );
    await page.getByLabel('Search a process').fill('9999');
    await page
      .getByRole('region', { name: 'Changes' })
      .getByRole('status')
      .getByText('1 process', { exact: true })
      .waitFor();
    await page.context().close();
  });
});
