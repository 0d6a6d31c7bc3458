import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { approve, approvedFolder, differenceFrom } from '../test/browser/approved.ts';
import { openBrowser } from '../test/browser/browser.ts';
import { closeChromium } from '../test/browser/chromium.ts';
import { furnish } from '../test/browser/furnish.ts';
import { looks, pictureOf } from '../test/browser/looks.ts';
import { loaded, pagesOf } from '../test/browser/pages.ts';

/**
 * `npm run screenshots [-- VIEW…]`: says which views are drawn otherwise than was approved, and renews the pictures of these. Look
 * at them before they are committed.
 */
const wanted = process.argv.slice(2);

async function renew(name: string, picture: Buffer): Promise<number> {
  const difference = await differenceFrom(name, picture);
  if (!difference) return (await stat(join(approvedFolder, `${name}.png`))).size;
  process.stdout.write(`${difference}\n`);
  return approve(name, picture);
}
const isWanted = (view: string): boolean => wanted.length === 0 || wanted.includes(view);

const browser = await openBrowser({}, 'production');
const pages = pagesOf(await furnish(browser.server));

if (wanted.length === 0) {
  // of views that are gone
  const views = ['sign-in', ...Object.keys(pages)];
  for (const name of await readdir(approvedFolder).catch(() => []))
    if (
      name.endsWith('.png') &&
      !views.some((view) => Object.keys(looks).some((look) => name === `${view}-${look}.png`))
    )
      await rm(join(approvedFolder, name), { recursive: true });
}
for (const [look, options] of Object.entries(looks)) {
  let bytes = 0;
  if (isWanted('sign-in')) {
    const signedOut = await browser.openSignedOut('/', options);
    await loaded(signedOut);
    bytes += await renew(`sign-in-${look}`, await pictureOf(signedOut));
    await signedOut.context().close();
  }
  const page = await browser.open('/', options);
  for (const [name, path] of Object.entries(pages)) {
    if (!isWanted(name)) continue;
    await page.goto(path);
    await loaded(page);
    bytes += await renew(`${name}-${look}`, await pictureOf(page));
  }
  await page.context().close();
  process.stdout.write(`${look}: ${Math.round(bytes / 1000)} kB\n`);
}
for (const complaint of browser.complaints) process.stderr.write(`${complaint}\n`);
await browser.close();
await closeChromium();
