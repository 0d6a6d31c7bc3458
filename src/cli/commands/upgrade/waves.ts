import type { WaveReport } from '../../../catalogue/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { formatTable } from '../../table.ts';
import { withUpgrades } from './upgrades.ts';

/** What became of each wave of a plan, and how the runs of its processes have gone since. */
export const waves: CommandAction = (input) =>
  withUpgrades(input, 'read', async (upgrades) => {
    const reports = await upgrades.waves(textArgument(input, 'plan'));
    const head = ['wave', 'applied', 'skipped', 'open', 'pending', 'undone', 'runs', 'failed'];
    return { value: reports, text: formatTable(head, reports.map(row)) };
  });

/** A plan that is being applied rests, on whichever server, until somebody resumes it. */
export const pause: CommandAction = (input) =>
  withUpgrades(input, 'write', async (upgrades) => {
    const id = textArgument(input, 'plan');
    await upgrades.pause(id);
    return { value: { id, state: 'paused' }, text: `Plan ${id} is paused. To go on: lockstep upgrade resume ${id}` };
  });

function row({ wave, processes, runs }: WaveReport): string[] {
  const { applied, skipped, open, pending, undone } = processes;
  const counts = [applied, skipped, open, pending, undone, runs.succeeded + runs.failed, runs.failed];
  return [wave ?? '(none)', ...counts.map(String)];
}
