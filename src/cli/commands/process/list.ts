import { listProcesses, listUnresolved } from '../../../catalogue/index.ts';
import type { ProcessKind } from '../../../process/index.ts';
import { type CommandAction, numberOption, textOption } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { formatTable } from '../../table.ts';

export const list: CommandAction = (input) =>
  withData(input, 'read', async ({ catalogue }) => {
    const search = textOption(input, 'search');
    const plugin = textOption(input, 'plugin');
    const stepType = textOption(input, 'stepType');
    const kind = textOption(input, 'kind') as ProcessKind | undefined;
    const version = numberOption(input, 'version');
    const { processes, total } = await listProcesses(catalogue, {
      limit: null,
      ...(search === undefined ? {} : { search }),
      ...(plugin === undefined ? {} : { plugin }),
      ...(stepType === undefined ? {} : { stepType }),
      ...(kind === undefined ? {} : { kind }),
      ...(version === undefined ? {} : { version }),
    });
    const unresolved = await listUnresolved(catalogue);
    const missing = new Map<string, string[]>();
    for (const use of unresolved) {
      for (const { id } of use.processes)
        missing.set(id, [...(missing.get(id) ?? []), `${use.pluginName} ${use.version}`]);
    }
    const value = {
      processes: processes.map((process) => ({ ...process, unresolved: missing.get(process.id) ?? [] })),
      total,
    };
    if (total === 0) return { value, text: 'There is no such process. To import some: lockstep process import FILE' };
    const rows = value.processes.map((process) => [
      process.id,
      process.name,
      process.kind,
      process.owner ?? '',
      String(process.version),
      process.unresolved.length === 0 ? '' : `unresolved: ${process.unresolved.join(', ')}`,
    ]);
    return { value, text: formatTable(['id', 'name', 'kind', 'of', 'version', ''], rows) };
  });
