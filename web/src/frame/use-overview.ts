import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import type { Overview } from '../api/types.ts';

/** The counts of the menu and the channel in use, read again when something happened. */
export function useOverview(): Overview | null {
  const { data } = useQuery({ queryKey: ['overview'], queryFn: () => api.overview.showOverview(), staleTime: 10_000 });
  return data ?? null;
}
