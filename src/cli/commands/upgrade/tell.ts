import type { ApplyResult, UndoResult } from '../../../catalogue/index.ts';
import type { CommandResult } from '../../command.ts';
import { counted } from '../../counted.ts';
import { describeOpenQuestions } from './answers.ts';

/** What applying a plan, or a wave of it, brought about. */
export function tellApplied(result: ApplyResult): CommandResult {
  const { plan, applied, skipped, replanned, open, stopped, remaining, stillBelow } = result;
  const lines = [
    `${plan.plugin.name} ${plan.to}: ${counted(applied, 'process', 'processes')} carried over, ${skipped} had nothing to change.`,
  ];
  for (const { name, planned, found } of replanned) {
    lines.push(
      `"${name}" was edited after planning (version ${planned === null ? '' : `${planned} → `}${found}): it was planned again and carried over.`,
    );
  }
  for (const { name, questions } of open) {
    lines.push(
      `"${name}" was edited after planning and asks ${counted(questions.length, 'new question')}; it is as it was.`,
    );
  }
  if (stopped) {
    const what =
      stopped.of === 'runs' ? 'runs of processes that were carried over failed' : 'processes could not be carried over';
    lines.push(
      `Stopped by itself: ${stopped.failed} of ${stopped.total} ${what}. See lockstep upgrade waves ${plan.id}`,
    );
  }
  const { pause } = plan.course;
  if (plan.state === 'paused' && pause?.why === 'asked') lines.push(`Paused by ${pause.by}.`);
  if (remaining > 0)
    lines.push(
      `${counted(remaining, 'process remains', 'processes remain')}. To go on: lockstep upgrade ${plan.state === 'paused' ? 'continue' : 'apply'} ${plan.id}`,
    );
  if (stillBelow > 0)
    lines.push(`${counted(stillBelow, 'process still uses', 'processes still use')} an older version.`);
  if (remaining === 0) lines.push(`To take it back: lockstep upgrade undo ${plan.id}`);
  return { value: result, text: lines.join('\n'), exitCode: stopped ? 4 : open.length > 0 ? 5 : 0 };
}

/** What undoing brought about. */
export function tellUndone(result: UndoResult): CommandResult {
  const { plan, activeAgain, restored, merged, conflicts } = result;
  const lines = [
    `${counted(restored, 'process is as it was', 'processes are as they were')}${activeAgain === null ? '' : `; ${plan.plugin.name} ${activeAgain} is active again`}.`,
  ];
  for (const { name, warnings = [] } of merged) {
    lines.push(`"${name}" was edited since: the edit is kept, the upgrade is taken back.`);
    for (const { message } of warnings) lines.push(`  ! ${message}`);
  }
  for (const { name, questions } of conflicts) {
    lines.push(
      `"${name}" was edited since where the upgrade changed it too; it is as it was:`,
      describeOpenQuestions(questions),
    );
  }
  return { value: result, text: lines.join('\n'), exitCode: conflicts.length > 0 ? 5 : 0 };
}
