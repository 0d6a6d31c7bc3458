import type { Locator, Page } from 'playwright-core';

/** How a person works: with the mouse, or with the keyboard alone. */
export interface Hands {
  /** A button, a link, a check box, a radio button. */
  press(what: Locator): Promise<void>;
  type(into: Locator, text: string): Promise<void>;
  /** What begins with these words, of a list that opens. */
  choose(list: Locator, words: string): Promise<void>;
  /** Words that are typed and taken over as one of several. */
  tag(into: Locator, words: string): Promise<void>;
}

export const hands = { mouse, keyboard } as const satisfies Readonly<Record<string, (page: Page) => Hands>>;

function mouse(): Hands {
  return {
    press: async (what) => {
      // a radio button of a segmented control is drawn as its words
      const hidden = await what.evaluate((one) => one.matches('.mantine-SegmentedControl-input'));
      await (hidden ? what.locator('xpath=following-sibling::label') : what).click();
    },
    type: (into, text) => into.fill(text),
    choose: async (list, words) => {
      const option = list.locator('option', { hasText: words }).first();
      await list.selectOption({ label: await option.innerText() });
    },
    async tag(into, words) {
      await into.fill(words);
      // a click elsewhere takes them over
      await into.blur();
    },
  };
}

function keyboard(page: Page): Hands {
  const { keyboard: keys } = page;
  return {
    async press(what) {
      const kind = await what.evaluate((one) => one.getAttribute('type') ?? one.tagName);
      if (kind === 'radio') return void (await chooseRadio(page, what));
      await reach(page, what);
      await keys.press(kind === 'checkbox' ? 'Space' : 'Enter');
    },
    async type(into, text) {
      await reach(page, into);
      await keys.press('Control+A');
      await keys.type(text);
    },
    async choose(list, words) {
      await reach(page, list);
      const isChosen = (): Promise<boolean> =>
        list.evaluate(
          (one, wanted) => (one as HTMLSelectElement).selectedOptions[0]?.text.startsWith(wanted) ?? false,
          words,
        );
      await keys.press('Home');
      for (let presses = 0; presses < 50 && !(await isChosen()); presses += 1) await keys.press('ArrowDown');
      if (!(await isChosen())) throw new Error(`No arrow leads to "${words}".`);
    },
    async tag(into, words) {
      await reach(page, into);
      await keys.type(words);
      await keys.press('Enter');
    },
  };
}

const isFocused = (what: Locator): Promise<boolean> => what.evaluate((one) => one === document.activeElement);

/** Presses tab until something has the focus: disabled things never get it, so that it is waited for first. */
async function reach(page: Page, what: Locator): Promise<void> {
  await what.and(page.locator(':enabled, a[href]')).waitFor({ state: 'attached' });
  // what is found by its role is looked for among everything that the page shows: not at each press
  let one = await what.elementHandle();
  for (let presses = 0; presses < 300; presses += 1) {
    const state = await one?.evaluate((element) => {
      if (!element.isConnected) return 'gone';
      return element === document.activeElement ? 'focused' : 'elsewhere';
    });
    if (state === 'focused' && (await isFocused(what))) return;
    if (state === 'elsewhere') await page.keyboard.press('Tab');
    else one = await what.elementHandle();
  }
  throw new Error(`The tab key does not lead to ${what}.`);
}

/** The tab key leads to one of a group; arrow keys to the others, which they choose. */
async function chooseRadio(page: Page, what: Locator): Promise<void> {
  const inGroup = (): Promise<boolean> =>
    what.evaluate((one) => {
      const now = document.activeElement;
      return now instanceof HTMLInputElement && now.name === (one as HTMLInputElement).name;
    });
  for (let presses = 0; presses < 300 && !(await inGroup()); presses += 1) await page.keyboard.press('Tab');
  for (let presses = 0; presses < 20 && !(await isFocused(what)); presses += 1) await page.keyboard.press('ArrowDown');
  if (!(await isFocused(what))) throw new Error(`No arrow leads to ${what}.`);
  if (!(await what.isChecked())) await page.keyboard.press('Space');
}
