import { useQuery } from '@tanstack/react-query';
import { overview } from '../api/resources.ts';
import type { Overview } from '../api/types.ts';

/** The counts of the menu and the channel in use, read again when something happened. */
export function useOverview(): Overview | null {
  const { data } = useQuery({ queryKey: ['overview'], queryFn: overview.show, staleTime: 10_000 });
  return data ?? null;
}
