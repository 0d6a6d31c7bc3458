import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

/** Reads are tried again while the server is gone, never when it has answered with a refusal. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 5,
      retryDelay: (count) => Math.min(1_000 * 2 ** count, 15_000),
    },
    mutations: { retry: false },
  },
});
