import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { soundPlugin } from '../../src/family/testing/phone-family.ts';
import { readFolder, treeOf, writePackage } from '../../src/package/index.ts';
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
  it('shows what differs and what changed in it, promotes what is ticked, then all, each with a reason', async () => {
    const page = await browser.open('/channels');
    await page.getByRole('heading', { level: 1, name: 'testing → stable' }).waitFor();
    const differences = page.locator('[data-difference]');
    await expect.poll(() => differences.count()).toBe(2);
    await page.getByRole('button', { name: `What changed in ${spa754.id}` }).click();
    await page.getByText('templates/base.tpl', { exact: true }).click();
    await page.getByText('+  <Time_Zone>GMT</Time_Zone>').waitFor();

    await page.getByRole('checkbox', { name: spa754.id, exact: true }).check();
    await page.getByRole('button', { name: 'Promote 1 plugin to stable…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText(`stable offers 1 plugin in the very bytes that were tried: ${spa754.id} 0.4 → 0.5.`)
      .waitFor();
    // nothing is promoted without a reason
    expect(await dialog.getByRole('button', { name: 'Promote', exact: true }).isDisabled()).toBe(true);
    await dialog.getByLabel('Why (kept with it in the history)').fill('seen working in the branch office');
    await dialog.getByRole('button', { name: 'Promote', exact: true }).click();
    await expect.poll(() => differences.count()).toBe(1);
    await page.getByRole('button', { name: 'Promote 1 plugin to stable…' }).click();
    await dialog.getByLabel('Why (kept with it in the history)').fill('the rest');
    await page.keyboard.press('Enter');
    await page.getByText('Both channels offer the same.').waitFor();
    await page.context().close();
  });

  it('says before a promotion which telephones of a file would receive other files, and what was not compared', async () => {
    const base = soundPlugin['templates/base.tpl']!;
    for (const [channel, version, text] of [
      ['stable', '1.0', base],
      ['testing', '1.1', base.replace('<ntp>', '<ntp kind="pool">')],
    ] as const) {
      const info = soundPlugin['plugin-info']!.replace('"1.0"', `"${version}"`);
      const files = { ...soundPlugin, 'plugin-info': info, 'templates/base.tpl': text };
      const tree = treeOf(
        'acme-one',
        Object.entries(files).map(([path, one]) => ({ path, kind: 'file', mode: 0o644, bytes: Buffer.from(one) })),
      );
      const content = await writePackage(tree, 'tar.bz2');
      const packages = [{ name: `acme-one-${version}.tar.bz2`, content }];
      await browser.server.services.served!.repository.publish(channel, { who: 'ada', packages });
    }
    const devices = ['one', 'two', 'three'].map((id, at) => ({
      ...{ id, mac: `00:15:65:00:00:0${at}`, vendor: 'Acme', model: 'A1', version: '1.2.3' },
      ...{ plugin: at === 2 ? 'acme-elsewhere' : 'acme-one' },
      raw_config: { ntp_enabled: at === 1, ntp_ip: '192.0.2.3', sip_lines: { 1: { username: id, display_name: id } } },
    }));
    const page = await browser.open('/channels');
    await page.getByRole('checkbox', { name: 'acme-one', exact: true }).check();
    await page.getByRole('button', { name: 'Telephones…' }).click();
    const panel = page.getByRole('region', { name: 'What telephones would receive' });
    const choose = async (name: string, text: string): Promise<void> => {
      const [chosen] = await Promise.all([
        page.waitForEvent('filechooser'),
        panel.getByRole('button', { name: 'Choose a file' }).click(),
      ]);
      await chosen.setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
    };
    await choose('list.csv', 'id,mac');
    await panel.getByText('list.csv is no JSON that lists devices.').waitFor();
    await choose('devices.json', JSON.stringify(devices));
    await panel.getByText('1 would receive other files').waitFor();
    await panel.getByText('1 receives the same').waitFor();
    await panel.getByText('1 not compared').waitFor();
    const change = panel.locator('[data-change]');
    expect(await change.count()).toBe(1);
    expect(await change.innerText()).toMatch(/acme-one\s+1\.0 → 1\.1\s+1 telephone\s+two\s/);
    await change.getByText('+<ntp kind="pool">192.0.2.3</ntp>').waitFor();
    await panel.getByText('1 of acme-elsewhere, which is not promoted').waitFor();
    expect(await browser.accessibilityFindings(page)).toEqual([]);
    // what was compared stands for what was ticked then
    await page.getByRole('checkbox', { name: spa754.id, exact: true }).check();
    await panel.getByText('What is ticked has changed since the comparison.').waitFor();
    expect(await change.count()).toBe(0);
    await panel.getByRole('button', { name: 'Compare', exact: true }).click();
    await change.getByText('+<ntp kind="pool">192.0.2.3</ntp>').waitFor();
    expect((await browser.server.services.served!.repository.readOffer('stable')).index.get('acme-one')?.version).toBe(
      '1.0',
    );
    await page.context().close();
  });

  it('puts back to a moment of the history with a reason, and withdraws with one', async () => {
    const { repository } = browser.server.services.served;
    await repository.promote({ from: 'testing', to: 'stable', what: [], who: 'ada', why: 'release' });
    const page = await browser.open('/channels?channel=stable&view=history');
    await page.getByText('ada · release · generation 2').waitFor();
    await page.getByRole('button', { name: 'Put back to 1', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why (kept with it in the history)').fill('it loses the time zone');
    await dialog.getByRole('button', { name: 'Put back', exact: true }).click();
    await page.getByText('admin · it loses the time zone · generation 3').waitFor();

    await page.getByRole('radiogroup', { name: 'What to see of it' }).getByText('Offers', { exact: true }).click();
    const offer = page.locator(`[data-offer="${spa754.id}"]`);
    await offer.getByRole('cell', { name: '0.4', exact: true }).waitFor();
    await page.getByRole('button', { name: `Withdraw ${spa754.id}`, exact: true }).click();
    await page.getByLabel('Why it is withdrawn').fill('loses the time zone');
    await dialog.getByRole('button', { name: 'Withdraw', exact: true }).click();
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
