import { type AskedValue, openAsks } from '../../../run/index.ts';
import type { CommandAction, CommandInput } from '../../command.ts';
import { textArgument } from '../../command.ts';
import { type ProcessForm, type RunAccess, withRuns } from './access.ts';
import { follow, resultOf } from './follow.ts';
import { readPairs } from './read-pairs.ts';

/** Requests a process, asks a person for what is missing, and follows the run to its end. */
export const requestRun: CommandAction = (input) =>
  withRuns(input, 'work', async (access) => {
    const form = await access.form(textArgument(input, 'process'));
    const values = await answers(form, readPairs(input, 'set'), input);
    const {
      keep = false,
      label = [],
      detach = false,
    } = input.options as { keep?: boolean; label?: string[]; detach?: boolean };
    const run = await access.request({ processId: form.processId, values, keep, labels: label });
    input.terminal.note(`Run ${run.id} of "${run.processName}" version ${run.processVersion}`);
    if (detach) return { value: run, text: run.id };
    return finish(access, run.id, input);
  });

/** Follows a run that is under way; without a server it also executes what is left of it. */
export const watchRun: CommandAction = (input) =>
  withRuns(input, 'work', (access) => finish(access, textArgument(input, 'run'), input));

export const retryRun: CommandAction = (input) =>
  withRuns(input, 'work', async (access) => {
    const id = textArgument(input, 'run');
    await access.retry(id, (input.options['from'] as string[] | undefined) ?? []);
    return finish(access, id, input);
  });

async function finish(access: RunAccess, id: string, input: CommandInput) {
  return resultOf(await follow(access, id, input));
}

async function answers(
  form: ProcessForm,
  given: Record<string, string>,
  { terminal }: CommandInput,
): Promise<Record<string, string>> {
  if (!terminal.interactive) return given;
  const values = { ...given };
  for (const ask of openAsks(form, given)) values[ask.name] = await askPerson(ask, terminal);
  return values;
}

function askPerson(ask: AskedValue, terminal: CommandInput['terminal']): Promise<string> {
  const where = ask.activity === null || ask.activity === ask.name ? '' : ` (for "${ask.activity}")`;
  const question = `${ask.label}${where}${ask.description && ask.description !== ask.label ? `: ${ask.description}` : ''}`;
  if (ask.type === 'choice' && ask.choices.length > 0) return terminal.choose(question, ask.choices);
  return terminal.ask(ask.default ? `${question} [suggested: ${ask.default}]` : question, {
    secret: ask.type === 'secure',
  });
}
