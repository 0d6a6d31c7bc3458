import { useState } from 'react';

/** Rows chosen to act on together. */
export interface Chosen {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  /** All of these, or none where all of them are chosen. */
  readonly toggleAll: (ids: readonly string[]) => void;
  readonly clear: () => void;
}

export function useChosen(): Chosen {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return {
    ids,
    toggle: (id) => setIds((known) => known.symmetricDifference(new Set([id]))),
    toggleAll: (all) =>
      setIds((known) => {
        const wanted = new Set(all);
        return wanted.isSubsetOf(known) ? known.difference(wanted) : known.union(wanted);
      }),
    clear: () => setIds(new Set()),
  };
}
