import { useEffect, useSyncExternalStore } from 'react';

let name: string | null = null;
const listeners = new Set<() => void>();

function set(next: string | null): void {
  name = next;
  for (const listener of listeners) listener();
}

/** What the page in sight is about, such as the name of a process: it stands in the tab and at the top. */
export function usePageName(own: string | null): void {
  useEffect(() => {
    set(own);
    return () => set(null);
  }, [own]);
}

export function useShownName(): string | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => name,
  );
}
