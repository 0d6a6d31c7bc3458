import { type CommandAction, listArgument, textArgument } from '../../command.ts';
import { withClient } from '../../with-client.ts';

/** Gives a process exactly these labels; none takes them away. */
export const label: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const { id, name, labels } = await client.plans.labelProcess({
      params: { id: textArgument(input, 'name') },
      body: { labels: [...listArgument(input, 'labels')] },
    });
    const text = labels.length > 0 ? `"${name}" is labelled ${labels.join(', ')}.` : `"${name}" has no label.`;
    return { value: { id, name, labels }, text };
  });
