import { LockstepError } from '../../../failure/index.ts';
import type { CommandAction } from '../../command.ts';
import { numberOption, textArgument, textOption } from '../../command.ts';
import { formatTable } from '../../table.ts';
import { withRuns } from './access.ts';
import { describeEvent, describeRun, resultOf } from './follow.ts';

export const listRuns: CommandAction = (input) =>
  withRuns(input, 'read', async (access) => {
    const process = textOption(input, 'process');
    const state = textOption(input, 'state');
    const value = await access.list({
      limit: numberOption(input, 'limit') ?? 20,
      ...(process === undefined ? {} : { process }),
      ...(state === undefined ? {} : { state }),
    });
    const rows = value.items.map((run) => [
      run.id,
      run.state,
      run.requestedAt,
      run.requestedBy,
      `${run.stepsDone}/${run.steps}`,
      run.processName,
    ]);
    const more = value.total > value.items.length ? `\n${value.total - value.items.length} more (--limit)` : '';
    return { value, text: `${formatTable(['RUN', 'STATE', 'REQUESTED', 'BY', 'STEPS', 'PROCESS'], rows)}${more}` };
  });

export const showRun: CommandAction = (input) =>
  withRuns(input, 'read', async (access) => {
    const id = textArgument(input, 'run');
    const run = await access.show(id);
    if (!input.options['history']) return { value: run, text: describeRun(run) };
    const history = await access.history(id, 0, 0);
    const lines = history.map(
      (event) => describeEvent(event) ?? `${event.at.slice(11, 19)} ${event.activity ?? ''} ${event.type}`,
    );
    return { value: { ...run, history }, text: `${describeRun(run)}\n\n${lines.join('\n')}` };
  });

/** A step's log, or those of all steps; `--follow` until the run ends. */
export const showLog: CommandAction = (input) =>
  withRuns(input, 'read', async (access) => {
    const id = textArgument(input, 'run');
    const named = input.args['activity'] as string | undefined;
    const run = await access.show(id);
    const steps = run.stepList.filter((step) => step.type === 'plugin' && (named === undefined || step.id === named));
    if (named !== undefined && steps.length === 0)
      throw new LockstepError('run-not-found', `The run ${id} has no step "${named}" with a log.`, {
        hint: '`lockstep run show` lists its steps.',
      });
    const logs: { step: string; text: string }[] = [];
    for (const step of steps) {
      let text = '';
      for (let after = 0; ; ) {
        const part = await access.log(id, step.id, after);
        text += part.text;
        if (part.text === '') break;
        after = part.next;
      }
      logs.push({ step: step.id, text });
    }
    const text = named === undefined ? logs.map((log) => `── ${log.step}\n${log.text}`).join('\n') : logs[0]!.text;
    return { value: logs, text };
  });

export const cancelRun: CommandAction = (input) =>
  withRuns(input, 'work', async (access) => {
    const value = await access.cancel(textArgument(input, 'run'));
    return { value, text: `${value.id} ${value.state}` };
  });

/** What the server does every hour by its configuration, now and by other numbers. */
export const sweepRuns: CommandAction = (input) =>
  withRuns(input, 'write', async (access) => {
    const retention = { days: numberOption(input, 'days') ?? 90, keep: numberOption(input, 'keep') ?? 20 };
    const swept = await access.sweep(retention);
    const text = `${swept} ${swept === 1 ? 'run is' : 'runs are'} deleted.`;
    return { value: { swept, ...retention }, text };
  });

export const answerRun: CommandAction = (input) =>
  withRuns(input, 'write', async (access) => {
    const { success, failure, repeat } = input.options;
    const chosen = [success && 'success', failure && 'failure', repeat && 'repeat'].filter(Boolean) as (
      | 'success'
      | 'failure'
      | 'repeat'
    )[];
    if (chosen.length !== 1)
      throw new LockstepError('usage', 'Say one of --success, --failure, --repeat.', {
        hint: '--repeat is for steps of which nobody knows whether they were done.',
      });
    const run = await access.answer(textArgument(input, 'run'), textArgument(input, 'activity'), chosen[0]!, {});
    return { ...resultOf({ run, left: false }), exitCode: 0 };
  });
