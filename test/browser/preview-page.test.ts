import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFolder, writePackage } from '../../src/package/index.ts';
import { projectRoot } from '../journey/lockstep.ts';
import { documentsIn, liveWorld } from '../live/live-world.ts';
import { type StandIn, startStandIn } from '../live/stand-in.ts';
import { openBrowser, type TestBrowser } from './browser.ts';

let browser: TestBrowser;
let other: StandIn;
let page: Page;
const token = 'a-token-of-theirs';
beforeAll(async () => {
  browser = await openBrowser();
  const world = liveWorld(documentsIn(join(projectRoot, 'examples/processes')), 40);
  other = await startStandIn({ world, generation: 'newer', token, delay: 1 });
  page = await browser.open('/preview');
});
afterAll(async () => {
  await browser.close();
  await other.close();
});

async function fill(url: string, secret: string): Promise<void> {
  const tree = await readFolder(join(projectRoot, 'examples/fleet-tools/3'), { root: null });
  const buffer = Buffer.from(await writePackage(tree, 'zip'));
  await page.getByLabel('Address of the server').fill(url);
  await page.getByRole('textbox', { name: 'Token of that server' }).fill(secret);
  await page.locator('input[type=file]').setInputFiles({ name: 'fleet-3.zip', mimeType: 'application/zip', buffer });
  await page.getByRole('button', { name: 'Read it', exact: true }).click();
}

describe('another server in the page', () => {
  it('is read with GET alone, shown beside what Lockstep would do, and its token stays nowhere', async () => {
    await fill(other.url, token);
    const shown = page.getByRole('region', { name: /^Fleet Tools 1 → 3 at / });
    await shown.first().waitFor();
    const totals = page.getByRole('table', { name: 'Preview another server' });
    const cells = await totals.getByRole('row', { name: /^Uses/ }).getByRole('cell').allInnerTexts();
    expect(Number(cells[1])).toBeGreaterThan(20);
    expect(cells[2]).toBe(cells[1]);
    expect(await page.getByRole('table', { name: 'Equal changes' }).getByRole('row').count()).toBeGreaterThan(2);
    await page.getByText('Whether a default of upgrade.xml replaces a value').waitFor();
    expect(await browser.accessibilityFindings(page)).toEqual([]);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'JSON', exact: true }).click(),
    ]);
    const whole = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(whole).toMatchObject({ format: 'lockstep-preview/1', plugin: { installed: 1, to: 3 } });

    expect(other.asked.filter((line) => !line.startsWith('GET '))).toEqual([]);
    const { ask, logged, services } = browser.server;
    const { body: activity } = await ask('GET', '/api/activity?action=server.previewed');
    expect(activity.items).toMatchObject([{ by: 'admin', subject: new URL(other.url).host }]);
    const kept = await services.store.db.selectFrom('activity').selectAll().execute();
    expect(`${logged.join('')}${JSON.stringify(kept)}`).not.toContain(token);
  });

  it('says why it could not be read, and what it refuses before it asks', async () => {
    browser.tolerate(/status of 400/);
    await fill(other.url, 'another-token');
    await page
      .getByRole('alert')
      .getByText(/does not take the token/)
      .first()
      .waitFor();
    const form = new FormData();
    form.append('package', new Blob(['x']), 'x.zip');
    const { ask } = browser.server;
    expect((await ask('POST', '/api/preview', form)).body.error).toMatchObject({ code: 'request-not-valid' });
    const { secret } = (await ask('POST', '/api/tokens', { label: 'x', scopes: ['plan-make'], days: 1 })).body;
    expect((await ask('POST', '/api/preview', form, secret)).status).toBe(403);
  });
});
