import { useCallback, useMemo, useState } from 'react';

/** Which processes of a plan this person has looked at, kept in their browser. */
export interface LookedAt {
  readonly all: ReadonlySet<string>;
  readonly toggle: (process: string) => void;
}

const key = (plan: string): string => `lockstep.looked.${plan}`;

export function useLookedAt(plan: string): LookedAt {
  const [changed, setChanged] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again after each change
  const all = useMemo(() => read(plan), [plan, changed]);
  const toggle = useCallback(
    (process: string) => {
      const next = new Set(read(plan));
      if (!next.delete(process)) next.add(process);
      localStorage.setItem(key(plan), JSON.stringify([...next]));
      setChanged((count) => count + 1);
    },
    [plan],
  );
  return { all, toggle };
}

function read(plan: string): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key(plan)) ?? '[]');
    return new Set(Array.isArray(kept) ? kept.map(String) : []);
  } catch {
    return new Set();
  }
}
