import type { FastifyInstance } from 'fastify';
import { api } from '../../src/api/index.ts';
import type { Runs } from '../../src/run/index.ts';
import { type MountOptions, mountRoutes } from '../../src/server/index.ts';
import { agentActs, runActs } from '../../src/service/index.ts';

/** Runs and the agents' side alone, in an application of the test's own. */
export function mountRuns(
  app: FastifyInstance,
  runs: Runs,
  { stopping, ...options }: MountOptions & { readonly stopping: AbortSignal },
): void {
  mountRoutes(
    app,
    api.runs,
    runActs(runs, stopping, async () => null),
    options,
  );
  mountRoutes(app, api.agents, agentActs(runs, stopping), options);
}
