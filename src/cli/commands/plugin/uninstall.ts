import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { forgetPlugin, pluginUsage, showPlugin } from '../../../catalogue/index.ts';
import { LockstepError } from '../../../failure/index.ts';
import { uninstallPlugin } from '../../../host/index.ts';
import { type PluginRuns, runsUsing } from '../../../service/index.ts';
import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { type OpenData, withData } from '../../data-folder.ts';

/** Uninstalls a plugin, or one of its versions that is not the active one; refused while something uses it. */
export const uninstall: CommandAction = (input) =>
  withData(input, 'write', async (open) => {
    const { folder, places, catalogue } = open;
    const { id, name } = await showPlugin(catalogue, textArgument(input, 'plugin'));
    const version = textOption(input, 'version');
    const force = input.options['force'] === true;
    const what = version === undefined ? name : `${name} ${version}`;
    if (
      !(await input.terminal.confirm(
        `Uninstall ${what}?`,
        input.options['yes'] === true || !input.terminal.interactive,
      ))
    ) {
      throw new LockstepError('interrupted', 'Nothing was uninstalled.');
    }
    if (version !== undefined) {
      await uninstallVersion(open, id, version, force);
      return { value: { id, version }, text: `${what} is uninstalled.` };
    }
    const report = await uninstallPlugin(places, id, {
      who: input.user,
      force,
      async usesOf() {
        const usage = await pluginUsage(catalogue, id);
        const runs = await runsUsing(folder.store, id);
        const named = [...usage.processes, ...usage.snapshots].map((one) => one.name);
        return {
          count: usage.processCount + usage.snapshots.length + runs.count,
          examples: [...runs.examples, ...named].slice(0, 5),
        };
      },
      async switchPlugin() {
        await forgetPlugin(catalogue, id, { force });
        return { state: 'switched' };
      },
    });
    const kept = report.keptAside ? ` Your own files are kept in ${report.keptAside}.` : '';
    return { value: report, text: `${what} is uninstalled.${kept}` };
  });

async function uninstallVersion(
  { folder, catalogue }: OpenData,
  id: string,
  version: string,
  force: boolean,
): Promise<void> {
  const { versions } = await showPlugin(catalogue, id);
  const files = versions.find((one) => one.version === version)?.folder;
  const number = versions.find((one) => one.version === version)?.number ?? null;
  const runs = number === null ? null : await runsUsing(folder.store, id, number);
  if (runs && runs.count > 0 && !force) throw inUse(`${id} ${version}`, runs);
  await forgetPlugin(catalogue, id, { version, force });
  if (files) await rm(join(folder.path, files), { recursive: true, force: true });
}

function inUse(what: string, { count, examples }: PluginRuns): LockstepError {
  return new LockstepError('plugin-in-use', `${what} is used by ${examples.slice(0, 5).join(', ')}.`, {
    hint: 'Wait for these runs to end or cancel them, or force it.',
    data: { count, examples },
  });
}
