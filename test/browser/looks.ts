import { hostname } from 'node:os';
import type { BrowserContextOptions, Page } from 'playwright-core';

/** How each view is looked at: both schemes, the other language, and a telephone. */
export const looks = {
  light: { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  french: { colorScheme: 'light', locale: 'fr-FR', viewport: { width: 1024, height: 768 } },
  narrow: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
} as const satisfies Readonly<Record<string, BrowserContextOptions>>;

export type Look = keyof typeof looks;

/** A tab as a picture that is the same whenever and wherever it is taken. */
export async function pictureOf(page: Page): Promise<Buffer> {
  await page.evaluate(steady, hostname());
  return page.screenshot({ animations: 'disabled', caret: 'hide' });
}

/** Says other words of the same kind for what differs each time: times, durations, addresses of this machine. */
async function steady(host: string): Promise<void> {
  const french = document.documentElement.lang === 'fr';
  const took = french ? '1,2 s' : '1.2 s';
  const same = (text: string): string =>
    text
      .replace(/https?:\/\/(127\.0\.0\.1|localhost)(:\d+)?/g, 'https://lockstep.example.org')
      .replaceAll(host, 'server')
      .replace(/\/\S*\/lockstep-server-[^/\s"]+/g, '/var/lib/lockstep')
      .replace(/\b\d+(?:[.,]\d+)?\s(?:ms|s)\b/g, took)
      // an id has a large letter within, or a figure within letters; words have neither
      .replace(/(?<![\w-])(?=[\w-]+[A-Z]|[\w-]*[a-z_]\d+[a-z])[\w-]{12}(?![\w-])|\b[0-9a-f]{16,}\b/g, 'a1B2c3D4e5F6');
  await document.fonts.ready;
  for (const time of document.querySelectorAll('time')) time.textContent = french ? 'il y a 5 min' : '5 min ago';
  for (const one of document.querySelectorAll<HTMLElement>('[data-changing]')) {
    if (one instanceof HTMLInputElement) one.value = same(one.value);
    const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.textContent = same(texts.currentNode.textContent ?? '');
  }
  const bars = [...document.querySelectorAll<HTMLElement>('[data-changing][style*=width]')];
  for (const [index, bar] of bars.entries()) {
    bar.style.left = `${(100 * index) / bars.length}%`;
    bar.style.width = `${100 / bars.length - 2}%`;
  }
  for (const ticks of document.querySelectorAll('[data-changing]:has(> [style*=left])')) {
    ticks.replaceChildren(
      ...[0, 1, 2, 3].map((tick) => {
        const mark = document.createElement('span');
        mark.style.left = `${25 * tick}%`;
        mark.textContent = tick === 0 ? '0' : `+${tick} s`;
        return mark;
      }),
    );
  }
  (document.activeElement as HTMLElement | null)?.blur();
  scrollTo(0, 0);
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}
