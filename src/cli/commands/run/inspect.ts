import type { RunSummary } from '../../../api/runs.ts';
import { LockstepError } from '../../../failure/index.ts';
import type { CommandAction } from '../../command.ts';
import { numberOption, textArgument, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { moment } from '../../moment.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';
import { describeEvent, describeRun, resultOf } from './follow.ts';
import { localAgent } from './local-agent.ts';

export const listRuns: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const name = textOption(input, 'process');
    const found = name === undefined ? undefined : await client.processes.showProcess({ params: { id: name } });
    const value = await client.runs.listRuns({
      query: {
        limit: numberOption(input, 'limit') ?? 20,
        process: found?.id,
        state: textOption(input, 'state') as RunSummary['state'] | undefined,
      },
    });
    const rows = value.items.map((run) => [
      run.id,
      run.state,
      moment(run.requestedAt),
      run.requestedBy,
      `${run.stepsDone}/${run.steps}`,
      run.processName,
    ]);
    const more = value.total > value.items.length ? `\n${value.total - value.items.length} more (--limit)` : '';
    return { value, text: `${formatTable(['run', 'state', 'requested', 'by', 'steps', 'process'], rows)}${more}` };
  });

export const showRun: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const params = { id: textArgument(input, 'run') };
    const run = await client.runs.showRun({ params });
    if (!input.options['history']) return { value: run, text: describeRun(run) };
    const history = await client.runs.runHistory({ params, query: { after: 0 } });
    const lines = history.map(
      (event) => describeEvent(event) ?? `${event.at.slice(11, 19)} ${event.activity ?? ''} ${event.type}`,
    );
    return { value: { ...run, history }, text: `${describeRun(run)}\n\n${lines.join('\n')}` };
  });

/** A step's log, or those of all steps; `--follow` until the run ends. */
export const showLog: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const id = textArgument(input, 'run');
    const named = input.args['activity'] as string | undefined;
    const run = await client.runs.showRun({ params: { id } });
    const steps = run.stepList.filter((step) => step.type === 'plugin' && (named === undefined || step.id === named));
    if (named !== undefined && steps.length === 0)
      throw new LockstepError('run-not-found', `The run ${id} has no step "${named}" with a log.`, {
        hint: '`lockstep run show` lists its steps.',
      });
    const logs: { step: string; text: string }[] = [];
    for (const step of steps) {
      let text = '';
      for (let after = 0; ; ) {
        const part = await client.runs.readLog({ params: { id, step: step.id }, query: { after } });
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
  withClient(
    input,
    async ({ client }) => {
      const value = await client.runs.cancelRun({ params: { id: textArgument(input, 'run') } });
      return { value, text: `${value.id} ${value.state}` };
    },
    localAgent(input),
  );

/** What the server does every hour by its configuration, now and by other numbers. */
export const sweepRuns: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const retention = { days: numberOption(input, 'days') ?? 90, keep: numberOption(input, 'keep') ?? 20 };
    const { swept } = await client.runs.sweepRuns({ body: retention });
    return { value: { swept, ...retention }, text: `${counted(swept, 'run is', 'runs are')} deleted.` };
  });

export const answerRun: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const { success, failure, repeat } = input.options;
    const chosen = [success && 'success', failure && 'failure', repeat && 'repeat'].filter(Boolean) as (
      | 'success'
      | 'failure'
      | 'repeat'
    )[];
    const [outcome] = chosen;
    if (outcome === undefined || chosen.length > 1)
      throw new LockstepError('usage', 'Say one of --success, --failure, --repeat.', {
        hint: '--repeat is for steps of which nobody knows whether they were done.',
      });
    const params = { id: textArgument(input, 'run'), step: textArgument(input, 'activity') };
    const { stepList } = await client.runs.showRun({ params });
    const uncertain = stepList.some(({ id, state }) => id === params.step && state === 'uncertain');
    if (!uncertain && outcome === 'repeat') {
      throw new LockstepError('run-state', `"${params.step}" is not uncertain: there is nothing to repeat.`, {
        hint: 'Say --success or --failure.',
      });
    }
    const run = uncertain
      ? await client.runs.resolveStep({ params, body: { answer: outcome } })
      : await client.runs.completeTask({ params, body: { success: outcome === 'success' } });
    return { ...resultOf({ run, left: false }), exitCode: 0 };
  });
