import type { planRoutes } from '../../api/plans.ts';
import {
  answerPlan,
  createPlan,
  discardPlan,
  failureRates,
  findProcess,
  getPlan,
  labelProcess,
  pausePlan,
  redoPlan,
  showPlan,
  waveLabels,
  waveReports,
} from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import { defaultUnlisted, dialectNamed, spelledAnswers } from '../../upgrade/index.ts';
import type { Steward } from '../accounts/steward.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';
import { actorOnPlan, type PlanAct } from './actor-on-plan.ts';
import { previewEntry, previewUndo } from './plan-previews.ts';
import {
  describeEntry,
  findEntry,
  pageOfEntries,
  pageOfGroups,
  pageOfPlans,
  pageOfQuestions,
  questionGroups,
} from './plan-views.ts';
import { workOnPlans } from './plan-work.ts';
import { targetProblems } from './target-problems.ts';

export function planActs(services: Services): Acts<typeof planRoutes> {
  const { catalogueOf, operations, announceActivity } = services;
  const work = workOnPlans(services);
  const onPlan = (steward: Steward, id: string, act: PlanAct) => actorOnPlan(services.store, steward, id, act);

  return {
    listPlans: async ({ query, actor }) => pageOfPlans(catalogueOf(actor.name), query, await work.allWork()),
    createPlan: async ({ body, actor: steward }) => {
      const actor = steward.maker;
      const { only } = steward;
      const { plugin, to, successor, fullScan, for: chosen, ...given } = body;
      // [STEP-6] else the package says which server it needs
      const server = chosen ?? services.config.dialect;
      const options = { ...(server && { onUnlisted: defaultUnlisted(dialectNamed(server)) }), ...given };
      return operations.start(
        { kind: 'plan', subject: plugin, label: `Plan the upgrade of ${plugin}`, by: actor.name },
        async (report) => {
          const plan = await createPlan(catalogueOf(actor.name), {
            plugin,
            ...(to !== undefined && { to }),
            ...(successor !== undefined && { successor }),
            ...(fullScan !== undefined && { fullScan }),
            options,
            ...(only && { only }),
            signal: report.signal,
            onProgress: ({ looked, total }) => report.progress(looked, total),
          });
          await work.tell(plan.id, actor.name);
          return plan.id;
        },
      );
    },
    showPlan: async ({ params, actor }) => work.header(params.id, actor.name),
    downloadPlan: async ({ params, actor }) => {
      const plan = await getPlan(catalogueOf(actor.name), params.id);
      return { ...plan, problems: [...plan.problems, ...(await targetProblems(services, plan.id))] };
    },
    listGroups: async ({ params, query, actor }) => pageOfGroups(catalogueOf(actor.name), params.id, query),
    listEntries: async ({ params, query, actor }) => pageOfEntries(catalogueOf(actor.name), params.id, query),
    showEntry: async ({ params, actor }) => {
      const catalogue = catalogueOf(actor.name);
      const entry = await findEntry(catalogue, params.id, params.process);
      const { before, after } = await previewEntry(catalogue, actor, params.id, entry);
      const { asked, state, wave, resultVersion, undoVersion, replanned, ...plan } = entry;
      const answers = (await showPlan(catalogue, params.id)).answers;
      return { entry: describeEntry(entry, answers), plan, questions: asked, before, after };
    },
    listQuestions: async ({ params, query, actor }) => pageOfQuestions(catalogueOf(actor.name), params.id, query),
    listQuestionGroups: async ({ params, actor }) => questionGroups(catalogueOf(actor.name), params.id),
    answerQuestions: async ({ params, body, actor: steward }) => {
      const actor = await onPlan(steward, params.id, { act: 'answer' });
      await answerPlan(catalogueOf(actor.name), params.id, body.answers);
      return work.tell(params.id, actor.name);
    },
    showWaves: async ({ params, actor }) => {
      const catalogue = catalogueOf(actor.name);
      return {
        waves: await waveReports(catalogue, params.id),
        rates: await failureRates(catalogue, params.id),
        labels: await waveLabels(catalogue, params.id),
      };
    },
    labelProcess: async ({ params, body, actor: steward }) => {
      const { id, owner } = await findProcess(catalogueOf(steward.reader), params.id);
      const catalogue = catalogueOf(steward.of(owner).name);
      await labelProcess(catalogue, id, body.labels);
      await announceActivity();
      return findProcess(catalogue, id);
    },
    applyPlan: async ({ params, body, actor: steward }) => {
      const actor = await onPlan(steward, params.id, { act: 'apply' });
      const { wave, ...limit } = body ?? {};
      return work.apply(params.id, actor.name, {
        ...limit,
        ...(wave !== undefined && { wave: { name: wave, label: wave } }),
      });
    },
    pausePlan: async ({ params, actor: steward }) => {
      const actor = await onPlan(steward, params.id, { act: 'pause' });
      const { state } = await showPlan(catalogueOf(actor.name), params.id);
      if (state === 'undoing') await work.interrupt(params.id);
      else await pausePlan(catalogueOf(actor.name), params.id);
      await announceActivity();
      return work.tell(params.id, actor.name);
    },
    continuePlan: async ({ params, body, actor: steward }) => {
      const actor = await onPlan(steward, params.id, { act: 'continue' });
      const { answers, ...given } = body ?? {};
      return work.continue(params.id, actor.name, { ...given, answers: spelledAnswers(answers ?? {}) });
    },
    redoPlan: async ({ params, body, actor: steward }) => {
      const actor = await onPlan(steward, params.id, { act: 'redo' });
      const { only } = steward;
      const { plugin } = await showPlan(catalogueOf(actor.name), params.id);
      const label = `Plan the upgrade of ${plugin.id} again`;
      return operations.start({ kind: 'plan', subject: plugin.id, label, by: actor.name }, async () => {
        const { id } = await redoPlan(catalogueOf(actor.name), params.id, { ...body, ...(only && { only }) });
        await work.tell(id, actor.name);
        return id;
      });
    },
    previewUndo: async ({ params, actor }) => previewUndo(catalogueOf(actor.name), params.id),
    undoPlan: async ({ params, body, actor: steward }) => {
      const actor = await onPlan(steward, params.id, { act: 'undo', wave: body?.wave });
      const { answers, ...undo } = body ?? {};
      return work.undo(params.id, actor.name, { ...undo, answers: spelledAnswers(answers ?? {}) });
    },
    discardPlan: async ({ params, actor: steward }) => {
      const actor = await onPlan(steward, params.id, { act: 'discard' });
      if (await work.workOn(params.id)) {
        throw new LockstepError('plan-state', `Plan ${params.id} is being worked on.`, {
          hint: 'Wait until that has ended.',
        });
      }
      await discardPlan(catalogueOf(actor.name), params.id);
    },
  };
}
