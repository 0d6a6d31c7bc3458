import { LockstepError } from '../../../failure/index.ts';
import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { askQuestions, readAnswers } from './answers.ts';
import { applyAndTell } from './apply.ts';
import { tellUndone } from './tell.ts';
import { withUpgrades } from './upgrades.ts';

export const undo: CommandAction = (input) =>
  withUpgrades(input, 'write', async (upgrades) => {
    const id = textArgument(input, 'plan');
    const { plugin, to, totals } = await upgrades.summary(id);
    const what = `Take back the upgrade of ${plugin.name} to ${to} in ${totals.processes} processes`;
    if (!(await input.terminal.confirm(`${what}?`, input.options['yes'] === true || !input.terminal.interactive))) {
      throw new LockstepError('interrupted', 'Nothing was changed.');
    }
    const wave = textOption(input, 'wave');
    let answers = await readAnswers(input);
    let result = await upgrades.undo(id, { answers, wave });
    if (result.conflicts.length > 0 && input.terminal.interactive) {
      const asked = await askQuestions(
        input,
        result.conflicts.flatMap(({ questions }) => questions),
      );
      answers = { ...answers, ...asked };
      result = await upgrades.undo(id, { answers, wave });
    }
    input.terminal.progressEnd();
    return tellUndone(result);
  });

export const redo: CommandAction = (input) =>
  withUpgrades(input, 'write', async (upgrades) => {
    const id = await upgrades.redo(textArgument(input, 'plan'));
    const { value, text, exitCode } = await applyAndTell(input, upgrades, id);
    return { value, text: `Planned again as plan ${id}.\n${text}`, exitCode: exitCode ?? 0 };
  });

export const discard: CommandAction = (input) =>
  withUpgrades(input, 'write', async (upgrades) => {
    const id = textArgument(input, 'plan');
    await upgrades.discard(id);
    return { value: { id, state: 'discarded' }, text: `Plan ${id} is discarded.` };
  });
