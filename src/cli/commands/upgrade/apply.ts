import { LockstepError } from '../../../failure/index.ts';
import type { Answers } from '../../../upgrade/index.ts';
import { type CommandAction, type CommandInput, type CommandResult, textArgument, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { askQuestions, describeOpenQuestions, readAnswers, withPolicy } from './answers.ts';
import { shareOption } from './share-option.ts';
import { tellApplied } from './tell.ts';
import { type Upgrades, withUpgrades } from './upgrades.ts';

export const apply: CommandAction = (input) =>
  withUpgrades(input, 'write', (upgrades) => applyAndTell(input, upgrades, textArgument(input, 'plan')));

/** Asks what is open where a person is there, shows what will happen, and applies. */
export async function applyAndTell(input: CommandInput, upgrades: Upgrades, id: string): Promise<CommandResult> {
  const { plugin, to, totals } = await upgrades.summary(id);
  const wave = textOption(input, 'wave');
  const stopAbove = shareOption(input, 'stopAbove');
  let answers: Answers = await readAnswers(input);
  if (totals.questions > 0 || Object.keys(answers).length > 0) {
    const open = await withPolicy(input, answers, async (given) => {
      answers = given;
      return upgrades.openQuestions(id, given, wave);
    });
    if (open.length > 0 && !input.terminal.interactive) throw unanswered(id, open);
    if (open.length > 0) answers = { ...answers, ...(await askQuestions(input, open)) };
  }
  const { processes, uses, deleted } = totals;
  const gone = deleted > 0 ? `, ${deleted} of them deleted` : '';
  const part = wave === undefined ? '' : ` (now those labelled ${wave})`;
  const sure = await input.terminal.confirm(
    `Upgrade ${plugin.name} to ${to}: ${counted(processes, 'process', 'processes')}${part}, ${counted(uses, 'use')}${gone}. Go on?`,
    input.options['yes'] === true,
  );
  if (!sure) throw new LockstepError('interrupted', 'Nothing was changed.');
  const result = await upgrades.apply(id, { answers, wave, stopAbove });
  input.terminal.progressEnd();
  return tellApplied(result);
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
