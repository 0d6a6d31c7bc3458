import type { UndoResult } from '../../../catalogue/index.ts';
import { LockstepError } from '../../../failure/index.ts';
import { type CommandAction, type CommandInput, type CommandResult, textArgument, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { type Workplace, withClient } from '../../with-client.ts';
import { askQuestions, readAnswers } from './answers.ts';
import { applyAndTell } from './apply.ts';
import { tellUndone } from './tell.ts';

export const undo: CommandAction = (input) =>
  withClient(input, async (place) => {
    const { client } = place;
    const params = { id: textArgument(input, 'plan') };
    const { plugin, to, totals } = await client.plans.showPlan({ params });
    const what = `Take back the upgrade of ${plugin.name} to ${to} in ${counted(totals.processes, 'process', 'processes')}`;
    if (!(await input.terminal.confirm(`${what}?`, input.options['yes'] === true || !input.terminal.interactive))) {
      throw new LockstepError('interrupted', 'Nothing was changed.');
    }
    const wave = textOption(input, 'wave');
    const why = textOption(input, 'why');
    return takeBack(input, place, (answers) => client.plans.undoPlan({ params, body: { answers, wave, why } }));
  });

/** Takes back with the answers given, and asks for those that are missing where a person is there. */
export async function takeBack(
  input: CommandInput,
  { follow }: Workplace,
  begin: (answers: Record<string, string>) => ReturnType<Workplace['client']['plans']['undoPlan']>,
): Promise<CommandResult> {
  const take = async (answers: Record<string, string>) => (await follow(await begin(answers))) as UndoResult;
  const answers = await readAnswers(input);
  let result = await take(answers);
  if (result.conflicts.length > 0 && input.terminal.interactive) {
    const asked = await askQuestions(
      input,
      result.conflicts.flatMap(({ questions }) => questions),
    );
    result = await take({ ...answers, ...asked });
  }
  input.terminal.progressEnd();
  return tellUndone(result);
}

export const redo: CommandAction = (input) =>
  withClient(input, async (place) => {
    const { client, follow } = place;
    const params = { id: textArgument(input, 'plan') };
    const id = String(await follow(await client.plans.redoPlan({ params, body: { why: textOption(input, 'why') } })));
    const { value, text, exitCode } = await applyAndTell(input, place, id);
    return { value, text: `Planned again as plan ${id}.\n${text}`, exitCode: exitCode ?? 0 };
  });

export const discard: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const id = textArgument(input, 'plan');
    await client.plans.discardPlan({ params: { id } });
    return { value: { id, state: 'discarded' }, text: `Plan ${id} is discarded.` };
  });
