import { useHotkeys } from '@mantine/hooks';
import { useSyncExternalStore } from 'react';

interface Opened {
  readonly palette: boolean;
  readonly help: boolean;
}

let opened: Opened = { palette: false, help: false };
const listeners = new Set<() => void>();

function set(next: Opened): void {
  opened = next;
  for (const listener of listeners) listener();
}

export const openPalette = (): void => set({ palette: true, help: false });
export const closePalette = (): void => set({ ...opened, palette: false });
export const openHelp = (): void => set({ palette: false, help: true });
export const closeHelp = (): void => set({ ...opened, help: false });

export function useOpened(): Opened {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => opened,
  );
}

/** The keys that pages may give to a button or a field of theirs, by `aria-keyshortcuts`. */
const pageKeys = ['v', 'a', 'x', 'r', 'e'] as const;

/** Single keys for what people do often; none of them while somebody types. */
export function useKeys(): void {
  useHotkeys([['mod+K', openPalette]], []);
  useHotkeys([
    ['/', find],
    ['j', () => moveBy(1)],
    ['k', () => moveBy(-1)],
    ['shift+?', openHelp],
    ['?', openHelp],
    ...pageKeys.map((key): [string, () => void] => [key, () => press(key)]),
  ]);
}

/** To the search of the page in sight; to the search of everything where it has none. */
function find(): void {
  const field = visible('[aria-keyshortcuts="/"]');
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  } else openPalette();
}

function press(key: string): void {
  const target = visible(`[aria-keyshortcuts="${key}"]`);
  if (target instanceof HTMLInputElement && target.type !== 'checkbox') target.focus();
  else target?.click();
}

function visible(selector: string): HTMLElement | null {
  const dialog = document.querySelector('[role="dialog"]');
  if (dialog) return null;
  return [...document.querySelectorAll<HTMLElement>(selector)].find((one) => one.checkVisibility()) ?? null;
}

/** Rows of lists are marked `data-row`; the focus goes to the first thing in one that takes it. */
function moveBy(step: 1 | -1): void {
  if (document.querySelector('[role="dialog"]')) return;
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')].filter((row) => row.checkVisibility());
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? rows[0] : rows.at(-1)) : rows[at + step];
  const wanted = 'a[href], button:not([disabled])';
  const target = next?.matches(wanted) ? next : next?.querySelector<HTMLElement>(wanted);
  target?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
