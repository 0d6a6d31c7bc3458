import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openBrowser } from '../test/browser/browser.ts';
import { closeChromium } from '../test/browser/chromium.ts';
import { filmedTab } from '../test/browser/filmed-tab.ts';
import { movingPng } from '../test/browser/moving-png.ts';
import { projectRoot } from '../test/journey/lockstep.ts';

/** `npm run film`: the moving picture of the README, filmed in the page as people get it: plan, answer, apply, run, undo. */
const most = 4_000_000;

const browser = await openBrowser({}, 'production');
const { ask } = browser.server;
const page = await browser.open('/', { colorScheme: 'light', viewport: { width: 1200, height: 750 } });
const film = filmedTab(page);
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const menu = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true });
const dialog = page.getByRole('dialog');

await film.say('An empty server: load the example data');
await film.still(3);
await film.press(button('Load the example data'));
await page.getByText('The example data is loaded').waitFor();
await film.still(3);

await film.say('1 · Plan: what would Fleet Tools 3 do?');
await film.press(page.getByRole('link', { name: 'Look at the upgrade' }));
await page.getByLabel('Plugin', { exact: true }).waitFor();
await film.choose(page.getByLabel('Plugin', { exact: true }), 'org.example.fleet-tools');
await film.still(1.5);
await film.press(button('Show what it would do'));
await page.getByRole('heading', { name: /^Fleet Tools .* → 3$/ }).waitFor();
await film.still(5);
await film.type(page.getByLabel('Search a process'), 'night');
await film.press(button('Restart at night'));
await film.still(5);
await page.getByLabel('Search a process').fill('');

await film.say('2 · Answer what nobody else can know');
await film.press(button('Needs an answer 3'));
await film.press(page.locator('[data-entry]').first());
await film.still(4);
await film.press(page.locator('[data-question] input[type=radio]').first());
await film.still(1.5);
await film.press(button('Answer all 3 alike'));
await page.getByText('Nothing is changed yet.').waitFor();
await film.still(4);

await film.say('3 · Apply: all of them, or none');
await film.press(button('Apply…'));
await dialog.getByRole('button', { name: 'Apply', exact: true }).waitFor();
await film.still(3);
await film.press(dialog.getByRole('button', { name: 'Apply', exact: true }));
await page.locator('[data-state="applied"]').waitFor();
await dialog.waitFor({ state: 'detached' });
await film.still(4);
const plan = page.url();

await film.say('4 · Run one of them');
await film.press(menu('Runs'));
await page.getByRole('combobox', { name: 'Process', exact: true }).waitFor();
await film.type(page.getByRole('combobox', { name: 'Process', exact: true }), 'Configure a');
await film.press(page.getByRole('option', { name: 'Configure a desk phone', exact: true }));
await film.press(button('Request a process'));
await page.getByLabel('Telephone').waitFor();
await film.type(page.getByLabel('Telephone'), 'desk-101');
await film.press(button('Start'));
await page.waitForURL(/\/runs\/./);
const run = new URL(page.url()).pathname.split('/').at(-1);
const over = ['succeeded', 'failed', 'cancelled'];
while (!over.includes((await ask('GET', `/api/runs/${run}`)).body.state)) await pause(100);
await film.press(button('Log of Write'));
await page.getByText('The log is complete.').waitFor();
await film.still(5);

await film.say('5 · Undo: every process byte for byte as it was');
await film.press(menu('Upgrades'));
await film.press(page.locator(`a[href$="${new URL(plan).pathname}"]`).first());
await button('Undo…').waitFor();
await film.press(button('Undo…'));
await dialog.getByText(/put back exactly/).waitFor();
await film.still(4);
await film.press(button('Undo the upgrade'));
await page.locator('[data-state="undone"]').waitFor();
await dialog.waitFor({ state: 'detached' });
await film.still(5);

const bytes = movingPng(film.frames);
const seconds = film.frames.reduce((sum, frame) => sum + frame.seconds, 0);
process.stdout.write(
  `${film.frames.length} pictures, ${Math.round(seconds)} s, ${Math.round(bytes.length / 1000)} kB\n`,
);
await browser.close();
await closeChromium();
if (bytes.length > most) throw new Error(`More than ${most / 1_000_000} MB.`);
await writeFile(join(projectRoot, 'docs/pictures/upgrade.png'), bytes);
