import type { BrowserContextOptions, Page } from 'playwright-core';

/** How each view is looked at: both schemes, the other language, and a telephone. */
export const looks = {
  light: { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  french: { colorScheme: 'light', locale: 'fr-FR', viewport: { width: 1024, height: 768 } },
  narrow: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
} as const satisfies Readonly<Record<string, BrowserContextOptions>>;

export type Look = keyof typeof looks;

/** A tab as a picture that is the same whenever it is taken: times are one word, and what differs each time is blank. */
export async function pictureOf(page: Page): Promise<Buffer> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (const time of document.querySelectorAll('time')) time.textContent = '∙∙∙';
    for (const one of document.querySelectorAll<HTMLElement>('[data-changing]')) one.style.visibility = 'hidden';
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  });
  return page.screenshot({ animations: 'disabled', caret: 'hide' });
}
