import { LockstepError } from '../../../failure/index.ts';
import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { withClient } from '../../with-client.ts';
import { askQuestions, describeOpenQuestions, readAnswers } from './answers.ts';
import { keepAnswers, openQuestionsOf } from './plan-questions.ts';

/** Keeps answers with the plan, for whoever applies it; asks for what is open where a person is there. */
export const answer: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const id = textArgument(input, 'plan');
    const policy = textOption(input, 'onUnlisted');
    const given = { ...(await readAnswers(input)), ...(policy !== undefined && { '*': policy }) };
    if (Object.keys(given).length === 0 && !input.terminal.interactive) {
      throw new LockstepError('usage', 'No answer was given.', {
        hint: 'Answer with --answer, --answers FILE or, for steps that are not listed, --on-unlisted delete|pin|carry.',
      });
    }
    await keepAnswers(client, id, given);
    let open = await openQuestionsOf(client, id);
    // an answer may lead to another question
    while (open.length > 0 && input.terminal.interactive) {
      await keepAnswers(client, id, await askQuestions(input, open));
      open = await openQuestionsOf(client, id);
    }
    const left = open.length === 1 ? '1 question of' : `${open.length} questions of`;
    const text =
      open.length === 0
        ? `No question of plan ${id} is open. To apply it: lockstep upgrade apply ${id}`
        : `${left} plan ${id} ${open.length === 1 ? 'is' : 'are'} open:\n${describeOpenQuestions(open)}`;
    return { value: { id, open }, text };
  });
