import {
  answerPlan,
  applyPlan,
  asBegun,
  type Catalogue,
  createPlan,
  discardPlan,
  getPlan,
  listPlans,
  pausePlan,
  planQuestions,
  redoPlan,
  resumePlan,
  showPlan,
  undoPlan,
  waveReports,
} from '../../../catalogue/index.ts';
import { checkAnswers, openQuestions } from '../../../upgrade/index.ts';
import type { CommandInput } from '../../command.ts';
import type { Upgrades } from './upgrades.ts';

/** The upgrades of a data folder. */
export function localUpgrades(
  catalogue: Catalogue,
  { terminal, signal }: Pick<CommandInput, 'terminal' | 'signal'>,
): Upgrades {
  const watched = (label: string) => ({
    signal,
    onProgress: ({ done, total }: { done: number; total: number }) => terminal.progress(label, done, total),
  });
  const inWave = (label: string | undefined) => (label === undefined ? {} : { wave: { name: label, label } });
  return {
    async plan({ plugin, to, options, fullScan }) {
      const { id } = await createPlan(catalogue, {
        plugin,
        options,
        fullScan,
        onProgress: ({ looked, total }) => terminal.progress('Looking at processes', looked, total),
        signal,
        ...(to === undefined ? {} : { to }),
      });
      return getPlan(catalogue, id);
    },
    show: (id) => getPlan(catalogue, id),
    list: (plugin) => listPlans(catalogue, plugin === undefined ? {} : { plugin }),
    summary: (id) => showPlan(catalogue, id),
    async openQuestions(id, answers, wave) {
      const plan = await showPlan(catalogue, id);
      checkAnswers(await planQuestions(catalogue, id), answers);
      const questions = await planQuestions(catalogue, id, inWave(wave).wave);
      return openQuestions({ questions }, { ...plan.answers, ...answers });
    },
    async answer(id, answers) {
      await answerPlan(catalogue, id, answers);
    },
    async apply(id, { answers, wave, stopAbove }) {
      const begun = asBegun(await showPlan(catalogue, id), {
        ...inWave(wave),
        ...(stopAbove === undefined ? {} : { stopAbove }),
      });
      return applyPlan(catalogue, id, { ...begun, answers, ...watched('Applying') });
    },
    resume: (id, stopAbove) =>
      resumePlan(catalogue, id, { ...watched('Going on'), ...(stopAbove === undefined ? {} : { stopAbove }) }),
    async pause(id) {
      await pausePlan(catalogue, id);
    },
    undo: (id, { answers, wave }) =>
      undoPlan(catalogue, id, { answers, ...(wave === undefined ? {} : { wave }), ...watched('Undoing') }),
    redo: async (id) => (await redoPlan(catalogue, id)).id,
    waves: (id) => waveReports(catalogue, id),
    discard: (id) => discardPlan(catalogue, id),
  };
}
