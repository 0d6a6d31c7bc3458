import { discardPlan, redoPlan, showPlan, undoPlan } from '../../../catalogue/index.ts';
import { LockstepError } from '../../../failure/index.ts';
import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { askQuestions, readAnswers } from './answers.ts';
import { applyAndTell } from './apply.ts';
import { tellUndone } from './tell.ts';

export const undo: CommandAction = (input) =>
  withData(input, 'write', async ({ catalogue }) => {
    const id = textArgument(input, 'plan');
    const { plugin, to, totals } = await showPlan(catalogue, id);
    const what = `Take back the upgrade of ${plugin.name} to ${to} in ${totals.processes} processes`;
    if (!(await input.terminal.confirm(`${what}?`, input.options['yes'] === true || !input.terminal.interactive))) {
      throw new LockstepError('interrupted', 'Nothing was changed.');
    }
    const wave = textOption(input, 'wave');
    const settings = {
      signal: input.signal,
      onProgress: ({ done, total }: { done: number; total: number }) => input.terminal.progress('Undoing', done, total),
      ...(wave === undefined ? {} : { wave }),
    };
    let answers = await readAnswers(input);
    let result = await undoPlan(catalogue, id, { ...settings, answers });
    if (result.conflicts.length > 0 && input.terminal.interactive) {
      answers = {
        ...answers,
        ...(await askQuestions(
          input,
          result.conflicts.flatMap(({ questions }) => questions),
        )),
      };
      result = await undoPlan(catalogue, id, { ...settings, answers });
    }
    input.terminal.progressEnd();
    return tellUndone(result);
  });

export const redo: CommandAction = (input) =>
  withData(input, 'write', async ({ catalogue }) => {
    const plan = await redoPlan(catalogue, textArgument(input, 'plan'));
    const { value, text, exitCode } = await applyAndTell(input, catalogue, plan.id);
    return { value, text: `Planned again as plan ${plan.id}.\n${text}`, exitCode: exitCode ?? 0 };
  });

export const discard: CommandAction = (input) =>
  withData(input, 'write', async ({ catalogue }) => {
    const id = textArgument(input, 'plan');
    await discardPlan(catalogue, id);
    return { value: { id, state: 'discarded' }, text: `Plan ${id} is discarded.` };
  });
