import type { RequestForm } from '../../../api/runs.ts';
import { type AskedValue, openAsks } from '../../../run/index.ts';
import type { CommandAction, CommandInput } from '../../command.ts';
import { textArgument } from '../../command.ts';
import { withClient } from '../../with-client.ts';
import { follow, resultOf } from './follow.ts';
import { localAgent } from './local-agent.ts';
import { readPairs } from './read-pairs.ts';

/** Requests a process, asks a person for what is missing, and follows the run to its end. */
export const requestRun: CommandAction = (input) =>
  withClient(
    input,
    async (place) => {
      const { client } = place;
      const { id } = await client.processes.showProcess({ params: { id: textArgument(input, 'process') } });
      const form = await client.runs.requestForm({ params: { id } });
      const values = await answers(form, readPairs(input, 'set'), input);
      const { keep, label, detach } = input.options as { keep?: boolean; label?: string[]; detach?: boolean };
      const run = await client.runs.startRun({ body: { process: id, values, keep, labels: label } });
      input.terminal.note(`Run ${run.id} of "${run.processName}" version ${run.processVersion}`);
      if (detach) return { value: run, text: run.id };
      return resultOf(await follow(place, run.id, input));
    },
    localAgent(input),
  );

/** Follows a run that is under way; without a server it also executes what is left of it. */
export const watchRun: CommandAction = (input) =>
  withClient(
    input,
    async (place) => resultOf(await follow(place, textArgument(input, 'run'), input)),
    localAgent(input),
  );

export const retryRun: CommandAction = (input) =>
  withClient(
    input,
    async (place) => {
      const { client } = place;
      const id = textArgument(input, 'run');
      const steps = input.options['from'] as string[] | undefined;
      await client.runs.retryRun({ params: { id }, body: { steps } });
      return resultOf(await follow(place, id, input));
    },
    localAgent(input),
  );

async function answers(
  form: RequestForm,
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
