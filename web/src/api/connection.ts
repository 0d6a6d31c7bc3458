import { useSyncExternalStore } from 'react';

/** Whether the server answers, and whether it still knows the person who signed in. */
export interface Connection {
  readonly server: 'here' | 'gone';
  readonly session: 'open' | 'ended';
}

let now: Connection = { server: 'here', session: 'open' };
const listeners = new Set<() => void>();

/** What a request has just shown. */
export function noteConnection(part: Partial<Connection>): void {
  const next = { ...now, ...part };
  if (next.server === now.server && next.session === now.session) return;
  now = next;
  for (const listener of listeners) listener();
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => now,
  );
}
