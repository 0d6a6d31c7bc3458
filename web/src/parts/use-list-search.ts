import { useDebouncedValue } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

type Change = Readonly<Record<string, string | number | undefined>>;

/** What a list is searched by, as it stands in the address: shared with it, and there again after going back. */
export interface ListSearch {
  /** As it is typed. */
  readonly search: string;
  readonly setSearch: (text: string) => void;
  /** As it is asked for: when typing has paused. */
  readonly settled: string;
  readonly page: number;
  readonly toPage: (page: number) => void;
  readonly value: (name: string) => string;
  /** Another criterion begins at the first page again. */
  readonly change: (change: Change) => void;
}

export function useListSearch(to: string): ListSearch {
  const given = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const navigate = useNavigate();
  const value = (name: string): string => (given[name] === undefined ? '' : String(given[name]));
  const go = (next: Change): void => {
    const all: Readonly<Record<string, unknown>> = { ...given, ...next };
    const search = Object.fromEntries(
      Object.entries(all).filter(([name, one]) => one !== undefined && one !== '' && !(name === 'page' && one === 1)),
    );
    void navigate({ to, search: search as never, replace: true });
  };
  const inAddress = value('search');
  const [search, setSearch] = useState(inAddress);
  const [settled] = useDebouncedValue(search, 250);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed is carried over
  useEffect(() => {
    if (settled !== inAddress) go({ search: settled, page: 1 });
  }, [settled]);
  return {
    search,
    setSearch,
    settled: inAddress,
    page: Math.max(1, Number(value('page')) || 1),
    toPage: (page) => go({ page }),
    value,
    change: (change) => go({ page: 1, ...change }),
  };
}
