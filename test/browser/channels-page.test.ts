import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFolder, writePackage } from '../../src/package/index.ts';
import { projectRoot } from '../journey/lockstep.ts';
import { openBrowser, type TestBrowser } from './browser.ts';
import { newerSpa754, otherPlugins, publish, spa754 } from './sample-channel.ts';

let browser: TestBrowser;
beforeEach(async () => {
  browser = await openBrowser();
  await publish(browser.server, 'stable', spa754, ...otherPlugins.slice(1));
  await publish(browser.server, 'testing', newerSpa754, ...otherPlugins);
  const { ask, ended } = browser.server;
  await ended((await ask('POST', '/api/examples')).body);
});
afterEach(() => browser.close());

describe('channels in the page', () => {
  it('shows offers and differences, promotes what is ticked, then all, puts back, and withdraws with a reason', async () => {
    const page = await browser.open('/channels');
    const offer = page.locator(`[data-offer="${spa754.id}"]`);
    const offered = (version: string) => offer.getByRole('cell', { name: version, exact: true }).waitFor();
    await page.getByLabel('Channel', { exact: true }).selectOption('testing');
    await offered('0.5');
    await page.getByRole('tab', { name: 'Difference and promotion' }).click();
    const differences = page.locator('[data-difference]');
    await expect.poll(() => differences.count()).toBe(2);
    await page.getByRole('checkbox', { name: spa754.id, exact: true }).check();
    await page.getByLabel('Why', { exact: true }).fill('seen working in the branch office');
    await page.getByRole('button', { name: 'Promote 1 to stable', exact: true }).click();
    await expect.poll(() => differences.count()).toBe(1);
    await page.getByRole('button', { name: 'Promote all to stable', exact: true }).click();
    await page.getByText('Both channels offer the same.').waitFor();

    await page.getByLabel('Channel', { exact: true }).selectOption('stable');
    await page.getByRole('tab', { name: 'History' }).click();
    await page
      .getByRole('cell', { name: /promoted from testing seen working in the branch office/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Put back to 1', exact: true }).click();
    await page.getByRole('cell', { name: /^put back/ }).waitFor();
    await page.getByRole('tab', { name: 'What it offers' }).click();
    await offered('0.4');

    await page.getByRole('button', { name: `Withdraw ${spa754.id}`, exact: true }).click();
    await page.getByLabel('Why it is withdrawn').fill('loses the time zone');
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw', exact: true }).click();
    await page.getByText(`${spa754.id} 0.4 was withdrawn by admin: loses the time zone`).waitFor();
    await page.context().close();
  });
});

describe('lint in the page', () => {
  it('takes two dropped packages: findings on the XML, the proposed upgrade.xml, what it would do here', async () => {
    const page = await browser.open('/lint');
    const zip = async (version: number) => {
      const tree = await readFolder(join(projectRoot, 'examples/fleet-tools', String(version)), { root: null });
      return { name: `fleet-tools-${version}.zip`, bytes: [...(await writePackage(tree, 'zip'))] };
    };
    const files = await Promise.all([zip(3), zip(1)]);
    const dropped = await page.evaluateHandle((given) => {
      const transfer = new DataTransfer();
      for (const { name, bytes } of given) transfer.items.add(new File([new Uint8Array(bytes)], name));
      return transfer;
    }, files);
    const zone = page.getByRole('region', { name: 'Place to drop two packages' });
    await zone.dispatchEvent('dragover', { dataTransfer: dropped });
    await zone.dispatchEvent('drop', { dataTransfer: dropped });
    await page.getByText('fleet-tools-1.zip').waitFor();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText(/Fleet Tools 1 → 3: \d+ findings?/).waitFor();
    await page.locator('.cm-editor').waitFor();
    await page.getByRole('button', { name: 'new/plugin.xml:54:17' }).click();
    await page.locator('.cm-lint-marker').first().waitFor();
    await page.getByRole('tab', { name: 'Proposed upgrade.xml' }).click();
    await page.getByText('<migrate to-version="3">').waitFor();
    await page.getByRole('tab', { name: 'What it would do here' }).click();
    await page.getByText(/^11 processes,/).waitFor();
    await page.context().close();
  });

  it('says what is wrong with a file that is no package', async () => {
    const page = await browser.open('/lint');
    const [chosen] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByLabel('New version (.zip)').click(),
    ]);
    await chosen.setFiles({ name: 'notes.zip', mimeType: 'application/zip', buffer: Buffer.from('not a zip') });
    browser.tolerate(/status of 4\d\d/);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page
      .getByText(/notes\.zip|package/)
      .first()
      .waitFor();
    await page.getByRole('alert').waitFor();
    await page.context().close();
  });
});
