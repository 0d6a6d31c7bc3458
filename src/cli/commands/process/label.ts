import { findProcess, labelProcess } from '../../../catalogue/index.ts';
import { type CommandAction, listArgument, textArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { withServer } from '../../server-client.ts';

interface Labelled {
  readonly id: string;
  readonly name: string;
  readonly labels: readonly string[];
}

/** Gives a process exactly these labels; none takes them away. */
export const label: CommandAction = async (input) => {
  const process = textArgument(input, 'name');
  const given = listArgument(input, 'labels');
  const atServer = input.options['server'] !== undefined || input.env['LOCKSTEP_SERVER'] !== undefined;
  const { id, name, labels } = atServer
    ? await withServer(input, (client) =>
        client.ask<Labelled>('PUT', `/api/processes/${encodeURIComponent(process)}/labels`, { labels: given }),
      )
    : await withData(input, 'write', async ({ catalogue }): Promise<Labelled> => {
        const found = await findProcess(catalogue, process);
        await labelProcess(catalogue, found.id, given);
        return findProcess(catalogue, found.id);
      });
  const text = labels.length > 0 ? `"${name}" is labelled ${labels.join(', ')}.` : `"${name}" has no label.`;
  return { value: { id, name, labels }, text };
};
