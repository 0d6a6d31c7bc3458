import type { operationRoutes } from '../../api/operations.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';

/** Where several servers work together, operations of any of them. */
export function operationActs({ operations: own, together }: Services): Acts<typeof operationRoutes> {
  const operations = together?.operations ?? own;
  return {
    listOperations: async () => operations.list(),
    showOperation: async ({ params, query }) =>
      query.wait ? operations.wait(params.id, query.wait * 1000) : operations.find(params.id),
    cancelOperation: async ({ params }) => operations.remove(params.id),
  };
}
