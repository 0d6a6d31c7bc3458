import { type WaveReport, waveReports } from '../../../catalogue/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { formatTable } from '../../table.ts';

/** What became of each wave of a plan, and how the runs of its processes have gone since. */
export const waves: CommandAction = (input) =>
  withData(input, 'read', async ({ catalogue }) => {
    const reports = await waveReports(catalogue, textArgument(input, 'plan'));
    const head = ['wave', 'applied', 'skipped', 'open', 'pending', 'undone', 'runs', 'failed'];
    return { value: reports, text: formatTable(head, reports.map(row)) };
  });

function row({ wave, processes, runs }: WaveReport): string[] {
  const { applied, skipped, open, pending, undone } = processes;
  const counts = [applied, skipped, open, pending, undone, runs.succeeded + runs.failed, runs.failed];
  return [wave ?? '(none)', ...counts.map(String)];
}
