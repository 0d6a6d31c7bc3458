import type { PlanWaves } from '../../../api/waves.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';

/** What became of each wave of a plan, and how the runs of its processes have gone since. */
export const waves: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const { waves: value } = await client.plans.showWaves({ params: { id: textArgument(input, 'plan') } });
    const head = ['wave', 'applied', 'skipped', 'open', 'pending', 'undone', 'runs', 'failed'];
    return { value, text: formatTable(head, value.map(row)) };
  });

/** A plan that is being applied rests, on whichever server, until somebody resumes it. */
export const pause: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const id = textArgument(input, 'plan');
    await client.plans.pausePlan({ params: { id } });
    return { value: { id, state: 'paused' }, text: `Plan ${id} is paused. To go on: lockstep upgrade continue ${id}` };
  });

function row({ wave, processes, runs }: PlanWaves['waves'][number]): string[] {
  const { applied, skipped, open, pending, undone } = processes;
  const counts = [applied, skipped, open, pending, undone, runs.succeeded + runs.failed, runs.failed];
  return [wave ?? '(none)', ...counts.map(String)];
}
