import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';
import { loaded } from './pages.ts';
import { channelUrl, publish, spa754 } from './sample-channel.ts';

const hostile = '<img src=x onerror="alert(1)"><br/><script>alert(2)</script>';
let browser: TestBrowser;
beforeEach(async () => {
  browser = await openBrowser();
});
afterEach(() => browser.close());

describe('hostile content', () => {
  it('is shown as the text it is and never runs: descriptions, names, values, reasons, logs', async () => {
    const { server } = browser;
    await publish(server, 'testing', { ...spa754, description: `Old <br/> markup ${hostile}` });
    await server.ask('PUT', '/api/settings/plugin_server', { value: channelUrl(server, 'testing') });
    await server.ended((await server.ask('POST', '/api/plugins/update')).body);
    await server.ended((await server.ask('POST', '/api/examples')).body);
    const { body: process } = await server.ask('POST', '/api/processes', {
      kind: 'generic',
      document: {
        name: `Process ${hostile}`,
        description: hostile,
        properties: [],
        propDefs: [],
        rootActivity: {
          type: 'graph',
          name: 'graph',
          edges: [{ to: 'Write', type: 'ALWAYS', value: '' }],
          offsets: [],
          children: [
            {
              type: 'plugin',
              name: 'Write',
              pluginName: 'Fleet Tools',
              pluginVersion: 1,
              commandName: 'Push Config',
              properties: { fleetFolder: './fleet', host: hostile, template: hostile, retries: '1' },
              allowFailure: false,
              useImpersonation: false,
              showHidden: false,
              children: [],
            },
          ],
        },
      },
    });
    const plan = (
      await server.ended((await server.ask('POST', '/api/plans', { plugin: 'org.example.fleet-tools', to: 2 })).body)
    ).result;
    const run = (await server.ask('POST', '/api/runs', { process: process.id, values: {} })).body;
    await server.ask('POST', '/api/tokens', { label: hostile, days: 1 });

    const page = await browser.open('/configuration/provisioning/plugins');
    await page.locator(`[data-plugin="${spa754.id}"]`).getByText(hostile).waitFor();
    await page.goto(`/upgrades/${plan}`);
    await page.getByRole('button', { name: `Process ${hostile}` }).click();
    await page.getByRole('article').getByRole('cell', { name: hostile }).first().waitFor();
    await page.goto(`/runs/${run.id}`);
    await page.getByRole('heading', { name: `Process ${hostile}` }).waitFor();
    for (const path of [
      '/processes',
      `/processes/${process.id}`,
      `/processes/${process.id}/design`,
      '/runs',
      '/activity',
    ]) {
      await page.goto(path);
      await loaded(page);
    }
    await page.goto('/users');
    await page.getByRole('cell', { name: hostile, exact: true }).waitFor();
    expect(await page.locator('img[onerror]').count()).toBe(0);
    expect(browser.complaints).toEqual([]);
    await page.context().close();
  });
});
