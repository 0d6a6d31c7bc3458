import type { ApplyResult } from '../../../catalogue/index.ts';
import { LockstepError } from '../../../failure/index.ts';
import { type CommandAction, type CommandInput, type CommandResult, textArgument, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { type Workplace, withClient } from '../../with-client.ts';
import { askQuestions, describeOpenQuestions, readAnswers, withPolicy } from './answers.ts';
import { keepAnswers, openQuestionsOf } from './plan-questions.ts';
import { shareOption } from './share-option.ts';
import { tellApplied } from './tell.ts';

export const apply: CommandAction = (input) =>
  withClient(input, (place) => applyAndTell(input, place, textArgument(input, 'plan')));

/** Asks what is open where a person is there, shows what will happen, and applies. */
export async function applyAndTell(input: CommandInput, place: Workplace, id: string): Promise<CommandResult> {
  const { client, follow } = place;
  const wave = textOption(input, 'wave');
  const stopAbove = shareOption(input, 'stopAbove');
  const why = textOption(input, 'why');
  await withPolicy(input, await readAnswers(input), (given) => keepAnswers(client, id, given));
  // an answer may lead to another question
  for (;;) {
    const open = await openQuestionsOf(client, id, wave);
    if (open.length === 0) break;
    if (!input.terminal.interactive) throw unanswered(id, open);
    await keepAnswers(client, id, await askQuestions(input, open));
  }
  const { plugin, to, totals } = await client.plans.showPlan({ params: { id } });
  const { processes, uses, deleted } = totals;
  const gone = deleted > 0 ? `, ${deleted} of them deleted` : '';
  const part = wave === undefined ? '' : ` (now those labelled ${wave})`;
  const sure = await input.terminal.confirm(
    `Upgrade ${plugin.name} to ${to}: ${counted(processes, 'process', 'processes')}${part}, ${counted(uses, 'use')}${gone}. Go on?`,
    input.options['yes'] === true,
  );
  if (!sure) {
    throw new LockstepError('interrupted', `Nothing was changed. Plan ${id} waits.`, {
      hint: `To apply it later: lockstep upgrade apply ${id}`,
    });
  }
  const result = await follow(await client.plans.applyPlan({ params: { id }, body: { wave, stopAbove, why } }));
  input.terminal.progressEnd();
  return tellApplied(result as ApplyResult);
}

/** Says which questions of a plan are open, and how a script answers them. */
export function unanswered(id: string, open: Parameters<typeof describeOpenQuestions>[0]): LockstepError {
  return new LockstepError(
    'plan-has-questions',
    `Plan ${id} has ${open.length} open ${open.length === 1 ? 'question' : 'questions'}:\n${describeOpenQuestions(open)}`,
    {
      hint: 'Answer with --answer, --answers FILE or, for steps that are not listed, --on-unlisted delete|pin|carry.',
      data: { questions: open },
    },
  );
}
