import { useQuery } from '@tanstack/react-query';
import { api } from './client.ts';
import type { Operation } from './types.ts';

export function isOver(operation: Operation): boolean {
  return operation.state === 'success' || operation.state === 'fail';
}

/** Follows one operation to its end: by events, and by asking now and then should they be missing. */
export function useOperation(id: string | null): Operation | null {
  const { data } = useQuery({
    queryKey: ['operations', id],
    queryFn: () => api.operations.showOperation({ params: { id: id ?? '' } }),
    enabled: id !== null,
    // operations are forgotten some time after their end
    refetchInterval: ({ state }) => (state.error || (state.data && isOver(state.data)) ? false : 1_000),
  });
  return data ?? null;
}
