import type { Page } from 'playwright-core';
import type { Furnished } from './furnish.ts';

/** Every page of a furnished server: name → address. */
export function pagesOf({ plan, applied, run, process }: Furnished): Readonly<Record<string, string>> {
  return {
    inbox: '/',
    general: '/configuration/provisioning/general',
    plugins: '/configuration/provisioning/plugins',
    plugin: '/configuration/provisioning/plugins/org.example.fleet-tools',
    processes: '/processes',
    process: `/processes/${process}`,
    labels: '/labels',
    snapshots: '/snapshots',
    designer: `/processes/${process}/design`,
    upgrades: '/upgrades',
    plan: `/upgrades/${plan}`,
    'plan-applied': `/upgrades/${applied}`,
    waves: `/upgrades/${plan}?view=waves`,
    runs: '/runs',
    run: `/runs/${run}?step=Check`,
    lint: '/lint',
    channels: '/channels',
    'channel-history': '/channels?view=history',
    'channel-keys': '/channels?view=keys',
    agents: '/agents',
    activity: '/activity',
    health: '/health',
    users: '/users',
    preview: '/preview',
    api: '/help/api?call=listProcesses',
  };
}

/** Waits until a page shows what it is about. */
export async function loaded(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector('.mantine-Loader-root') === null);
  // until nothing of it changes any more: rows that are fetched, graphs that are laid out
  let before = '';
  for (let looks = 0; looks < 50; looks += 1) {
    const now = await page.locator('body').innerHTML();
    if (now === before) return;
    before = now;
    await page.waitForTimeout(150);
  }
}
