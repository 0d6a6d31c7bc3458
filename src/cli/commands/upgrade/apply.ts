import { applyPlan, type Catalogue, getPlan, showPlan } from '../../../catalogue/index.ts';
import { LockstepError } from '../../../failure/index.ts';
import { openQuestions } from '../../../upgrade/index.ts';
import { type CommandAction, type CommandInput, type CommandResult, textArgument, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { withData } from '../../data-folder.ts';
import { askQuestions, describeOpenQuestions, readAnswers } from './answers.ts';
import { tellApplied } from './tell.ts';

export const apply: CommandAction = (input) =>
  withData(input, 'write', ({ catalogue }) => applyAndTell(input, catalogue, textArgument(input, 'plan')));

/** Asks what is open where a person is there, shows what will happen, and applies. */
export async function applyAndTell(input: CommandInput, catalogue: Catalogue, id: string): Promise<CommandResult> {
  const summary = await showPlan(catalogue, id);
  let answers: Record<string, string> = { ...summary.answers, ...(await readAnswers(input)) };
  if (summary.totals.questions > 0) {
    const open = openQuestions(await getPlan(catalogue, id), answers);
    if (open.length > 0 && !input.terminal.interactive) throw unanswered(id, open);
    if (open.length > 0) answers = { ...answers, ...(await askQuestions(input, open)) };
  }
  const { processes, uses, deleted } = summary.totals;
  const gone = deleted > 0 ? `, ${deleted} of them deleted` : '';
  const sure = await input.terminal.confirm(
    `Upgrade ${summary.plugin.name} to ${summary.to}: ${counted(processes, 'process', 'processes')}, ${counted(uses, 'use')}${gone}. Go on?`,
    input.options['yes'] === true,
  );
  if (!sure) throw new LockstepError('interrupted', 'Nothing was changed.');
  const label = textOption(input, 'wave');
  const wave = label === undefined ? {} : { wave: { name: label, label } };
  const stopAbove = shareOption(input, 'stopAbove');
  const limit = stopAbove === undefined ? {} : { stopAbove };
  const result = await applyPlan(catalogue, id, { answers, ...wave, ...limit, ...watched(input) });
  input.terminal.progressEnd();
  return tellApplied(result);
}

/** `5%` or `0.05`; `usage` when it is neither. */
function shareOption(input: CommandInput, name: string): number | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const share = Number(number) / (percent ? 100 : 1);
  if (number !== undefined && share <= 1) return share;
  throw new LockstepError('usage', `--stop-above takes a share, not "${text}".`, { hint: 'Write 5% or 0.05.' });
}

function watched({ terminal, signal }: CommandInput) {
  return {
    signal,
    onProgress: ({ done, total }: { done: number; total: number }) => terminal.progress('Applying', done, total),
  };
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
