import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';

let browser: TestBrowser;
beforeEach(async () => {
  browser = await openBrowser();
  const { ask, ended } = browser.server;
  await ended((await ask('POST', '/api/examples')).body);
});
afterEach(() => browser.close());

describe('users and tokens in the page', () => {
  it('adds a user with a role, changes it, disables and removes them', async () => {
    const page = await browser.open('/users');
    await page.getByLabel('New user').fill('grace');
    await page.getByLabel('Password (10 characters or more)').fill('correct horse');
    await page.getByRole('button', { name: 'Add user', exact: true }).click();
    await page.getByLabel('Role of grace').selectOption('plugin-manager');
    const grace = async () => {
      const { body } = await browser.server.ask('GET', '/api/users');
      return body.find((user: { name: string }) => user.name === 'grace');
    };
    await expect.poll(grace).toMatchObject({ role: 'plugin-manager', disabled: false });
    await page.getByRole('button', { name: 'Disable grace', exact: true }).click();
    await page.getByRole('button', { name: 'Enable grace', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove grace', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove grace', exact: true });
    await dialog.getByText('Remove grace with their tokens and sessions?').waitFor();
    await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await grace()).toMatchObject({ name: 'grace' });
    await page.getByRole('button', { name: 'Remove grace', exact: true }).click();
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect.poll(grace).toBeUndefined();
    await page.context().close();
  });

  it('gives a role for the processes of some owners, says who has which, and takes it back', async () => {
    await browser.server.ask('POST', '/api/users', { name: 'linus', role: 'viewer' });
    const page = await browser.open('/users');
    const panel = page.getByRole('region', { name: 'Roles for some owners', exact: true });
    await panel.getByText('Nobody has a role for the processes of some owners only.').waitFor();
    const grants = async () => (await browser.server.ask('GET', '/api/grants')).body;
    const give = panel.getByRole('button', { name: 'Give the role', exact: true });
    await panel.getByLabel('Who', { exact: true }).selectOption('linus');
    expect(await give.isEnabled()).toBe(false);
    await panel.getByLabel('Processes of (* for any letters)', { exact: true }).fill('Recep*');
    await give.click();
    await panel.getByRole('row', { name: /linus.*Process owner.*Recep\*/ }).waitFor();
    await panel.getByLabel('Give to', { exact: true }).selectOption('group');
    await panel.getByLabel('Who', { exact: true }).fill('makers');
    await panel.getByLabel('As', { exact: true }).selectOption('plugin-manager');
    await panel.getByLabel('Instead: processes that no component or template holds', { exact: true }).check();
    await give.click();
    await panel.getByRole('row', { name: /makers.*group.*Plugin manager.*no owner/ }).waitFor();
    const [group, person] = await grants();
    expect([group, person]).toMatchObject([
      { kind: 'group', holder: 'makers', role: 'plugin-manager', owner: null },
      { kind: 'user', holder: 'linus', role: 'process-owner', owner: 'Recep*' },
    ]);
    await panel.getByRole('button', { name: 'Take Process owner for Recep* from linus', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take back', exact: true }).click();
    await expect.poll(grants).toMatchObject([{ holder: 'makers' }]);
    await page.context().close();
  });

  it('shows a token once, and revokes it', async () => {
    const page = await browser.open('/users');
    await page.getByLabel('What it is for').fill('nightly job');
    await page.getByRole('button', { name: 'Make a token', exact: true }).click();
    const secret = await page.getByRole('status').locator('code').innerText();
    expect((await browser.server.ask('GET', '/api/session', undefined, secret)).body.user.name).toBe('admin');
    await page.reload();
    await page.getByRole('cell', { name: 'nightly job', exact: true }).waitFor();
    expect(await page.getByText(secret).count()).toBe(0);
    await page.getByRole('button', { name: 'Revoke the token for nightly job', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await expect.poll(() => page.getByRole('cell', { name: 'nightly job', exact: true }).count()).toBe(0);
    expect((await browser.server.ask('GET', '/api/plugins', undefined, secret)).status).toBe(401);
    await page.context().close();
  });

  it('changes one’s own password, and says when the present one is wrong', async () => {
    await browser.server.ask('POST', '/api/users', { name: 'linus', role: 'viewer', password: 'first password' });
    const page = await browser.openAs({ name: 'linus', role: 'viewer' }, '/users');
    await page.getByRole('heading', { name: 'Your password' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Users', exact: true }).count()).toBe(0);
    browser.tolerate(/status of 403/);
    const change = async (current: string) => {
      await page.getByLabel('Present password').fill(current);
      await page.getByLabel('New password').fill('second password');
      await page.getByRole('button', { name: 'Change the password', exact: true }).click();
    };
    await change('a wrong one');
    await page.getByRole('alert').getByText('The current password is another one.').waitFor();
    await change('first password');
    await page.getByText('The password is changed; your other sessions have ended.').waitFor();
    await page.context().close();
  });
});

describe('activity in the page', () => {
  it('filters by person, action and kind, and leads to the thing', async () => {
    const { ask, ended } = browser.server;
    const { result } = await ended(
      (await ask('POST', '/api/plans', { plugin: 'org.example.fleet-tools', to: 2 })).body,
    );
    await ended((await ask('POST', `/api/plans/${result}/apply`)).body);
    const page = await browser.open('/activity');
    await page.getByRole('row').nth(1).waitFor();
    await page.getByLabel('Who', { exact: true }).fill('nobody');
    await page.getByText('Nothing was done yet that fits.').waitFor();
    await page.getByLabel('Who', { exact: true }).fill('admin');
    await page.getByLabel('Kind of thing').selectOption('plan');
    // a process has the number of the plan too, until the filter is heard
    const kinds = () =>
      page
        .getByRole('table')
        .getByRole('link')
        .evaluateAll((all) => all.map((one) => one.getAttribute('href')?.split('/')[1]));
    await expect.poll(async () => [...new Set(await kinds())]).toEqual(['upgrades']);
    await page.getByRole('table').locator(`a[href="/upgrades/${result}"]`).first().click();
    await page.getByRole('heading', { name: /Fleet Tools .* → 2/, level: 1 }).waitFor();
    await page.context().close();
  });
});
