import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import { noteConnection } from '../api/connection.ts';
import type { Permission, Session } from '../api/types.ts';

/** Who is signed in. `may` tells whether to offer an action; the server decides in any case. */
export function useSession() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['session'],
    queryFn: () => ask(client),
    staleTime: 60_000,
    refetchInterval: ({ state }) => (state.error ? 3_000 : false),
  });
  const user = query.data?.user ?? null;
  return {
    ...query,
    user,
    firstVisit: query.data?.firstVisit ?? false,
    openid: query.data?.openid ?? null,
    may: (permission: Permission) => user?.permissions.includes(permission) ?? false,
  };
}

/** Whoever was signed in stays in sight when the session has ended, so that nothing they typed is lost. */
async function ask(client: QueryClient): Promise<Session> {
  const known = client.getQueryData<Session>(['session']);
  const next = await api.session.showSession();
  if (next.user === null && known?.user) {
    noteConnection({ session: 'ended' });
    return known;
  }
  // perhaps in another window
  if (next.user !== null) noteConnection({ session: 'open' });
  return next;
}
