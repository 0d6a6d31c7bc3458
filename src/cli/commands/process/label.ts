import { findProcess, labelProcess, showProcess } from '../../../catalogue/index.ts';
import { type CommandAction, listArgument, textArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';

/** Gives a process exactly these labels; none takes them away. */
export const label: CommandAction = (input) =>
  withData(input, 'write', async ({ catalogue }) => {
    const { id, name } = await findProcess(catalogue, textArgument(input, 'name'));
    await labelProcess(catalogue, id, listArgument(input, 'labels'));
    const { labels } = await showProcess(catalogue, id);
    const text = labels.length > 0 ? `"${name}" is labelled ${labels.join(', ')}.` : `"${name}" has no label.`;
    return { value: { id, name, labels }, text };
  });
