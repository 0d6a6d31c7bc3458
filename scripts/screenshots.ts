import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser } from '../test/browser/browser.ts';
import { furnish } from '../test/browser/furnish.ts';
import { loaded, pagesOf } from '../test/browser/pages.ts';
import { projectRoot } from '../test/journey/lockstep.ts';

/** `npm run screenshots [-- FOLDER]`: every page, light, dark and narrow. */
const folder = process.argv[2] ?? join(projectRoot, 'screenshots');

const looks = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  narrow: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
} as const;

const browser = await openBrowser({}, 'production');
const pages = pagesOf(await furnish(browser.server));

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const [look, options] of Object.entries(looks)) {
  const signedOut = await browser.openSignedOut('/', options);
  await loaded(signedOut);
  await signedOut.screenshot({ path: join(folder, `sign-in-${look}.png`) });
  const page = await browser.open('/', options);
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(path);
    await loaded(page);
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
  }
  process.stdout.write(`${look}: ${Object.keys(pages).length + 1} pictures\n`);
}
for (const complaint of browser.complaints) process.stderr.write(`${complaint}\n`);
await browser.close();
