import type { Locator, Page } from 'playwright-core';
import type { Frame } from './moving-png.ts';
import { loaded } from './pages.ts';

/** A tab that is filmed: a pointer goes to what is pressed, and a line says what is being done. */
export interface FilmedTab {
  readonly frames: readonly Frame[];
  /** What is done from now on. */
  say(words: string): Promise<void>;
  /** The tab as it is, once it changes no more. */
  still(seconds: number): Promise<void>;
  /** Goes there with the pointer and presses. */
  press(what: Locator): Promise<void>;
  choose(what: Locator, option: string): Promise<void>;
  type(what: Locator, text: string): Promise<void>;
}

const steps = 7;

export function filmedTab(page: Page): FilmedTab {
  const frames: Frame[] = [];
  let words = '';
  let [x, y] = [600, 420];
  const take = async (seconds: number): Promise<void> => {
    await page.evaluate(drawAbove, { x, y, words });
    frames.push({ picture: await page.screenshot({ animations: 'disabled', caret: 'hide' }), seconds });
  };
  const goTo = async (what: Locator): Promise<void> => {
    await what.scrollIntoViewIfNeeded();
    const box = await what.boundingBox();
    if (!box) throw new Error(`Nothing is drawn of ${what}.`);
    const to = { x: box.x + Math.min(box.width / 2, 60), y: box.y + box.height / 2 };
    const from = { x, y };
    for (let step = 1; step <= steps; step += 1) {
      // slower towards its end, as a hand is
      const share = 1 - (1 - step / steps) ** 2;
      [x, y] = [from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share];
      await take(step === steps ? 0.5 : 0.06);
    }
  };
  return {
    frames,
    async say(next) {
      words = next;
    },
    async still(seconds) {
      await loaded(page);
      await take(seconds);
    },
    async press(what) {
      await goTo(what);
      await what.click();
    },
    async choose(what, option) {
      await goTo(what);
      await what.selectOption(option);
      await take(0.8);
    },
    async type(what, text) {
      await goTo(what);
      await what.fill('');
      for (const letter of text) {
        await what.press(letter);
        await take(0.1);
      }
    },
  };
}

/** Lays the pointer and the words over what the page shows. */
function drawAbove({ x, y, words }: { x: number; y: number; words: string }): void {
  document.querySelector('[data-film]')?.remove();
  const film = document.createElement('div');
  film.dataset['film'] = '';
  film.style.cssText = 'position:fixed;inset:0;z-index:10000;pointer-events:none';
  const line = document.createElement('div');
  line.textContent = words;
  line.style.cssText =
    'position:absolute;top:7px;left:50%;translate:-50% 0;padding:7px 16px;border-radius:17px;background:#16181f;color:#fff;' +
    'font:600 14px/20px var(--mantine-font-family);white-space:nowrap';
  const pointer = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  pointer.setAttribute('viewBox', '0 0 16 20');
  pointer.style.cssText = `position:absolute;left:${x}px;top:${y}px;width:18px;height:22px`;
  const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  shape.setAttribute('d', 'M1 1v15l4-3.6 2.5 6 2.6-1.1-2.5-5.8 5.6-.3z');
  shape.setAttribute('fill', '#16181f');
  shape.setAttribute('stroke', '#fff');
  pointer.append(shape);
  film.append(line, pointer);
  document.documentElement.append(film);
}
