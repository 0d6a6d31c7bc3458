import type { ProcessKind } from '../../../process/index.ts';
import { allPages } from '../../all-pages.ts';
import { type CommandAction, numberOption, textOption } from '../../command.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';

export const list: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const filter = {
      search: textOption(input, 'search'),
      plugin: textOption(input, 'plugin'),
      stepType: textOption(input, 'stepType'),
      kind: textOption(input, 'kind') as ProcessKind | undefined,
      version: numberOption(input, 'version'),
    };
    const items = await allPages((page) => client.processes.listProcesses({ query: { ...filter, ...page } }));
    const processes = items.map(({ plugins, ...process }) => ({
      ...process,
      unresolved: plugins.filter(({ missing }) => missing).map(({ name, version }) => `${name} ${version}`),
    }));
    const value = { processes, total: processes.length };
    if (processes.length === 0) {
      const looked = Object.values(filter).some((one) => one !== undefined);
      const text = looked
        ? 'There is no such process.'
        : 'There is no process. To import some: lockstep process import FILE';
      return { value, text };
    }
    const rows = processes.map((process) => [
      process.id,
      process.name,
      process.kind,
      process.owner ?? '',
      String(process.version),
      process.unresolved.length === 0 ? '' : `unresolved: ${process.unresolved.join(', ')}`,
    ]);
    return { value, text: formatTable(['id', 'name', 'kind', 'of', 'version', ''], rows) };
  });
