import type { CallReply } from '../../../api/client.ts';
import type { RunDetail, runRoutes } from '../../../api/runs.ts';
import type { CommandInput, CommandResult } from '../../command.ts';
import type { Workplace } from '../../with-client.ts';

type RunEvent = CallReply<(typeof runRoutes)['runHistory']>[number];

export interface Followed {
  readonly run: RunDetail;
  /** Whoever watched left before the run's end; it goes on. */
  readonly left: boolean;
}

/**
 * Tells what happens in a run until it ends, or waits for a person. An interrupt or an end from outside (a time limit of whatever
 * called us) leaves the run alone: only a person says that it should be cancelled.
 */
export async function follow(
  { client: { runs }, leave }: Pick<Workplace, 'client' | 'leave'>,
  id: string,
  { terminal, signal }: Pick<CommandInput, 'terminal' | 'signal'>,
): Promise<Followed> {
  let after = 0;
  let waited: string | null = null;
  let interrupted = false;
  const tell = async (wait: number): Promise<readonly RunEvent[]> => {
    const events = await runs.runHistory({ params: { id }, query: { after, wait } });
    for (const event of events) {
      const line = describeEvent(event);
      if (line) terminal.note(line);
      after = event.seq;
    }
    return events;
  };
  for (;;) {
    const events = await tell(2);
    if (signal.aborted && !interrupted) {
      interrupted = true;
      const wish = await wishOf(terminal);
      if (wish === 'leave') {
        leave();
        return { run: await runs.showRun({ params: { id } }), left: true };
      }
      if (wish === 'cancel') {
        terminal.note('Cancelling the run; once more to leave at once.');
        await runs.cancelRun({ params: { id } });
      }
      continue;
    }
    const turning = /^(run-ended|task-asked|activity-uncertain)$/;
    if (events.length > 0 && !events.some(({ type }) => turning.test(type))) continue;
    const run = await runs.showRun({ params: { id } });
    const waits = describeWaits(run);
    if (waits !== waited && waits !== null) terminal.note(waits);
    waited = waits;
    if (run.endedAt === null && run.state !== 'waiting') continue;
    // it may have come there since its history was read
    while ((await tell(0)).length > 0);
    return { run, left: false };
  }
}

async function wishOf(terminal: CommandInput['terminal']): Promise<'leave' | 'cancel' | 'watch'> {
  if (!terminal.interactive) return 'leave';
  const choices = [
    { value: 'leave', label: 'leave it running' },
    { value: 'cancel', label: 'cancel the run' },
    { value: 'watch', label: 'go on watching' },
  ] as const;
  // a second interrupt at the question leaves too
  const answer = await terminal.choose('What about the run?', choices).catch(() => 'leave');
  return answer as (typeof choices)[number]['value'];
}

/** Why nobody does its steps; null where somebody does. */
function describeWaits({ waits }: Pick<RunDetail, 'waits'>): string | null {
  if (!waits) return null;
  const [label, ...more] = waits.labels.map((name) => `"${name}"`);
  if (label === undefined) return 'waits: no agent is at work';
  return more.length === 0
    ? `waits: no agent has the label ${label}`
    : `waits: no agent has all of the labels ${[label, ...more].join(', ')}`;
}

export function describeEvent({ type, activity, detail, at }: RunEvent): string | null {
  const time = at.slice(11, 19);
  const message = typeof detail['message'] === 'string' ? `: ${detail['message']}` : '';
  switch (type) {
    case 'requested':
      return `${time} requested by ${detail['by']}`;
    case 'step-started':
      return `${time} ${activity} … on ${detail['agent']}`;
    case 'activity-ended':
      return `${time} ${activity} ${detail['outcome']}${message}`;
    case 'activity-uncertain':
      return `${time} ${activity} is uncertain${message}`;
    case 'step-given-back':
      return `${time} ${activity} goes to another agent`;
    case 'task-asked':
      return `${time} ${activity} asks: ${detail['text']}`;
    case 'task-answered':
    case 'uncertainty-answered':
      return `${time} ${activity}: ${detail['outcome'] ?? detail['answer']}, says ${detail['by']}`;
    case 'cancel-requested':
    case 'retried':
      return `${time} ${type === 'retried' ? 'retried' : 'cancelled'} by ${detail['by']}`;
    case 'run-ended':
      return `${time} the run ended: ${detail['status']}`;
    default:
      return null;
  }
}

/** The whole run as text; exit code 0 for a success, 5 when it waits for a person, 130 when it was left under way, else 1. */
export function resultOf({ run, left }: Followed): CommandResult {
  if (left) return { value: run, text: `${describeRun(run)}\n→ lockstep run watch ${run.id}`, exitCode: 130 };
  const exitCode = run.state === 'succeeded' ? 0 : run.state === 'waiting' ? 5 : 1;
  return { value: run, text: describeRun(run), exitCode };
}

export function describeRun(run: RunDetail): string {
  const lines = [
    `${run.id}  ${run.processName} version ${run.processVersion}  ${run.state}  (${run.stepsDone} of ${run.steps} steps)`,
    ...run.stepList.map((step) => {
      const attempt = step.attempt > 1 ? ` attempt ${step.attempt}` : '';
      const reason = step.reason ? `: ${step.reason}` : '';
      return `  ${step.id}  ${step.state}${attempt}${reason}`;
    }),
  ];
  const waits = describeWaits(run);
  if (waits) lines.push(`${waits} (${run.waits!.steps.join(', ')})`);
  for (const step of run.stepList) {
    if (step.state === 'asking') lines.push(`→ lockstep run answer ${run.id} '${step.id}' --success (or --failure)`);
    if (step.state === 'uncertain')
      lines.push(
        `→ lockstep run answer ${run.id} '${step.id}' --repeat (or --success, --failure), once you know whether it was done`,
      );
  }
  if (run.state === 'failed') lines.push(`→ lockstep run retry ${run.id}`);
  return lines.join('\n');
}
