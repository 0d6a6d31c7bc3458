import type { RunDetail, RunEvent } from '../../../run/index.ts';
import type { CommandInput, CommandResult } from '../../command.ts';
import type { RunAccess } from './access.ts';

/** Tells what happens in a run until it ends, or waits for a person. An interrupt cancels the run. */
export async function follow(access: RunAccess, id: string, { terminal, signal }: CommandInput): Promise<RunDetail> {
  let after = 0;
  let cancelled = false;
  const tell = async (wait: number): Promise<readonly RunEvent[]> => {
    const events = await access.history(id, after, wait);
    for (const event of events) {
      const line = describeEvent(event);
      if (line) terminal.note(line);
      after = event.seq;
    }
    return events;
  };
  for (;;) {
    const events = await tell(2);
    if (signal.aborted && !cancelled) {
      cancelled = true;
      terminal.note('Cancelling the run; once more to leave at once.');
      await access.cancel(id);
      continue;
    }
    const turning = /^(run-ended|task-asked|activity-uncertain)$/;
    if (events.length > 0 && !events.some(({ type }) => turning.test(type))) continue;
    const run = await access.show(id);
    if (run.endedAt === null && run.state !== 'waiting') continue;
    // it may have come there since its history was read
    while ((await tell(0)).length > 0);
    return run;
  }
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

/** The whole run as text; exit code 0 for a success, 5 when it waits for a person, else 1. */
export function resultOf(run: RunDetail): CommandResult {
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
