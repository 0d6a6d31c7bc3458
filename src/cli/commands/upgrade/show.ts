import { describePlan } from '../../../upgrade/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { type Workplace, withClient } from '../../with-client.ts';
import { describeOpenQuestions } from './answers.ts';
import { stateOf } from './state-of.ts';

export const show: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const params = { id: textArgument(input, 'plan') };
    const plan = await client.plans.downloadPlan({ params });
    const { state, interrupted } = await client.plans.showPlan({ params });
    const lines = [describePlan(plan, plan.answers), `state: ${stateOf({ state, interrupted })}`];
    if (interrupted) lines.push(...(await wayOn(client, plan.id, state)));
    return { value: { ...plan, state, interrupted }, text: lines.join('\n') };
  });

/** What an interrupted plan asks, and how it goes on or is taken back. */
async function wayOn(client: Workplace['client'], id: string, state: string): Promise<string[]> {
  const goOn = `To go on: lockstep upgrade continue ${id}`;
  if (state !== 'undoing') return [goOn, `To take it back: lockstep upgrade undo ${id}`];
  const { conflicts } = await client.plans.previewUndo({ params: { id } });
  const questions = conflicts.flatMap((conflict) => conflict.questions);
  return questions.length === 0 ? [goOn] : [describeOpenQuestions(questions), `${goOn} --answer QUESTION=ANSWER`];
}
