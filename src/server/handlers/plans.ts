import { applyPlan, createPlan, discardPlan, getPlan, resumePlan, showPlan, undoPlan } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import type { planRoutes } from '../api/plans.ts';
import type { Handlers } from '../handler.ts';
import { previewEntry, previewUndo } from '../plan-previews.ts';
import {
  answerPlan,
  describeEntry,
  describeHeader,
  findEntry,
  pageOfEntries,
  pageOfGroups,
  pageOfPlans,
  pageOfQuestions,
} from '../plan-views.ts';
import type { Services } from '../services.ts';
import { sharePlan } from '../together/index.ts';

export function planHandlers(services: Services): Handlers<typeof planRoutes> {
  const { catalogueOf, operations, events, planWork, followPlan, announceActivity, together, stopping } = services;
  const workOn = async (id: string): Promise<string | null> =>
    planWork.get(id) ?? (await together?.operations.worksOn(['apply', 'undo'], id)) ?? null;
  const header = async (id: string, user: string) => describeHeader(catalogueOf(user), id, await workOn(id));

  /** Long work on one plan at a time; its header is told to all pages when it ends. */
  const work = async (
    id: string,
    kind: string,
    label: string,
    by: string,
    act: Parameters<typeof operations.start>[1],
  ) => {
    const under = await workOn(id);
    if (under) {
      throw new LockstepError('plan-state', `Plan ${id} is being worked on already (operation ${under}).`, {
        hint: 'Wait until it has ended, or stop it.',
      });
    }
    await showPlan(catalogueOf(by), id);
    const operation = operations.start({ kind, subject: id, label, by }, async (report) => {
      try {
        return await act(report);
      } finally {
        planWork.delete(id);
        await header(id, by)
          .then((plan) => events.publish({ topic: 'plan', plan: plan as never }))
          .catch(() => undefined);
        events.publish({ topic: 'plugins' });
        await announceActivity();
      }
    });
    if (operation.endedAt === null) planWork.set(id, operation.id);
    events.publish({ topic: 'plan', plan: (await header(id, by)) as never });
    return operation;
  };

  return {
    listPlans: async ({ query, actor }) => pageOfPlans(catalogueOf(actor.name), query, planWork),
    createPlan: async ({ body, actor }) => {
      const { plugin, to, fullScan, ...options } = body;
      return operations.start(
        { kind: 'plan', subject: plugin, label: `Plan the upgrade of ${plugin}`, by: actor.name },
        async (report) => {
          const plan = await createPlan(catalogueOf(actor.name), {
            plugin,
            ...(to !== undefined && { to }),
            ...(fullScan !== undefined && { fullScan }),
            options,
            signal: report.signal,
            onProgress: ({ looked, total }) => report.progress(looked, total),
          });
          events.publish({ topic: 'plan', plan: (await header(plan.id, actor.name)) as never });
          return plan.id;
        },
      );
    },
    showPlan: async ({ params, actor }) => header(params.id, actor.name),
    downloadPlan: async ({ params, actor }) => getPlan(catalogueOf(actor.name), params.id),
    listGroups: async ({ params, query, actor }) => pageOfGroups(catalogueOf(actor.name), params.id, query),
    listEntries: async ({ params, query, actor }) => pageOfEntries(catalogueOf(actor.name), params.id, query),
    showEntry: async ({ params, actor }) => {
      const catalogue = catalogueOf(actor.name);
      const entry = await findEntry(catalogue, params.id, params.process);
      const { before, after } = await previewEntry(catalogue, params.id, entry);
      const { asked, state, wave, resultVersion, undoVersion, replanned, ...plan } = entry;
      const answers = (await showPlan(catalogue, params.id)).answers;
      return { entry: describeEntry(entry, answers), plan, questions: asked, before, after };
    },
    listQuestions: async ({ params, query, actor }) => pageOfQuestions(catalogueOf(actor.name), params.id, query),
    answerQuestions: async ({ params, body, actor }) => {
      await answerPlan(catalogueOf(actor.name), params.id, body.answers);
      const plan = await header(params.id, actor.name);
      events.publish({ topic: 'plan', plan: plan as never });
      return plan;
    },
    applyPlan: async ({ params, actor }) => {
      const plan = await showPlan(catalogueOf(actor.name), params.id);
      const act = plan.state === 'applying' ? resumePlan : applyPlan;
      return work(params.id, 'apply', `Apply the upgrade of ${plan.plugin.name} to ${plan.to}`, actor.name, (report) =>
        (together
          ? sharePlan(
              together.queue,
              catalogueOf(actor.name),
              { plan: params.id, direction: 'apply', answers: plan.answers, by: actor.name },
              report,
              stopping,
            )
          : act(catalogueOf(actor.name), params.id, {
              answers: plan.answers,
              signal: report.signal,
              onProgress: ({ done, total }) => report.progress(done, total),
            })
        ).finally(() => followPlan(plan)),
      );
    },
    stopPlan: async ({ params, actor }) => {
      const under = await workOn(params.id);
      if (!under) {
        throw new LockstepError('plan-state', `Nothing works on plan ${params.id} now.`, {
          hint: 'It may have ended.',
        });
      }
      const everywhere = together?.operations ?? operations;
      await everywhere.remove(under);
      await everywhere.wait(under, 30_000);
      return header(params.id, actor.name);
    },
    previewUndo: async ({ params, actor }) => previewUndo(catalogueOf(actor.name), params.id),
    undoPlan: async ({ params, body, actor }) => {
      const plan = await showPlan(catalogueOf(actor.name), params.id);
      return work(params.id, 'undo', `Undo the upgrade of ${plan.plugin.name} to ${plan.to}`, actor.name, (report) =>
        (together
          ? sharePlan(
              together.queue,
              catalogueOf(actor.name),
              { plan: params.id, direction: 'undo', answers: body?.answers ?? {}, by: actor.name },
              report,
              stopping,
            )
          : undoPlan(catalogueOf(actor.name), params.id, {
              ...(body?.answers && { answers: body.answers }),
              signal: report.signal,
              onProgress: ({ done, total }) => report.progress(done, total),
            })
        ).finally(() => followPlan(plan)),
      );
    },
    discardPlan: async ({ params, actor }) => {
      if (await workOn(params.id)) {
        throw new LockstepError('plan-state', `Plan ${params.id} is being worked on.`, { hint: 'Stop it first.' });
      }
      await discardPlan(catalogueOf(actor.name), params.id);
    },
  };
}
