import { createReadStream } from 'node:fs';
import type { runRoutes } from '../../api/runs.ts';
import type { Runs } from '../../run/index.ts';
import type { Actor } from '../accounts/actor.ts';
import type { Steward } from '../accounts/steward.ts';
import type { Acts } from '../act.ts';

/** The owner of a process by its id; null: it has none. */
export type OwnerOf = (process: string) => Promise<string | null>;

/** Requesting, following and ending runs. `stopping`: requests that wait are answered. */
export function runActs(runs: Runs, stopping: AbortSignal, ownerOf: OwnerOf): Acts<typeof runRoutes> {
  const asOwner = async (steward: Steward, run: string): Promise<Actor> =>
    steward.of(await ownerOf((await runs.summary(run)).processId));
  return {
    requestForm: async ({ params }) => {
      const { pin, asks, problems } = await runs.form(params.id);
      return { processId: pin.processId, processName: pin.name, processVersion: pin.version, asks, problems };
    },
    startRun: async ({ body, actor }) =>
      runs.request({
        processId: body.process,
        by: actor.of(await ownerOf(body.process)).name,
        values: body.values ?? {},
        keep: body.keep ?? false,
        labels: body.labels ?? [],
      }),
    listRuns: async ({ query }) => runs.list(query),
    showRun: async ({ params }) => runs.show(params.id),
    readLog: async ({ params, query }) => runs.log(params.id, params.step, query.after),
    listArtefacts: async ({ params }) => runs.artefacts(params.id),
    readArtefact: async ({ params }) => {
      const { file, name, size, digest } = await runs.artefact(params.id, params.name);
      return { content: createReadStream(file), fileName: name.slice(name.lastIndexOf('/') + 1), size, digest };
    },
    cancelRun: async ({ params, actor }) => runs.cancel(params.id, (await asOwner(actor, params.id)).name),
    retryRun: async ({ params, body, actor }) =>
      runs.retry(
        params.id,
        (await asOwner(actor, params.id)).name,
        body?.steps ?? (body?.step ? [body.step] : undefined),
      ),
    completeTask: async ({ params, body, actor }) =>
      runs.answer(params.id, params.step, {
        by: (await asOwner(actor, params.id)).name,
        outcome: body.success ? 'success' : 'failure',
        values: { ...body.values, ...(body.comment !== undefined && { comment: body.comment }) },
      }),
    runHistory: async ({ params, query, gone }) => {
      const wait = query.wait ? query.wait * 1000 : 0;
      const change = wait ? runs.nextChange(params.id, wait, AbortSignal.any([gone, stopping])) : Promise.resolve();
      await runs.summary(params.id);
      const events = await runs.events(params.id, query.after);
      if (events.length > 0 || !wait) return events;
      await change;
      return runs.events(params.id, query.after);
    },
    resolveStep: async ({ params, body, actor }) =>
      runs.answer(params.id, params.step, {
        by: (await asOwner(actor, params.id)).name,
        outcome: body.answer,
      }),
    sweepRuns: async ({ body }) => ({ swept: await runs.sweep(body) }),
  };
}
