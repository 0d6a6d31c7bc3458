import { pluginUsage, showPlugin } from '../../../catalogue/index.ts';
import { LockstepError } from '../../../failure/index.ts';
import type { PluginDefinition } from '../../../plugin/index.ts';
import { type CommandAction, numberOption, textArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';

export const show: CommandAction = (input) =>
  withData(input, 'read', async ({ catalogue }) => {
    const plugin = await showPlugin(catalogue, textArgument(input, 'plugin'));
    const usage = await pluginUsage(catalogue, plugin.id);
    const active = plugin.versions.find(({ state }) => state === 'active')?.number;
    const wanted = numberOption(input, 'version') ?? active ?? undefined;
    const definition = wanted === undefined ? undefined : plugin.definitions.get(wanted);
    if (numberOption(input, 'version') !== undefined && !definition) {
      throw new LockstepError('plugin-not-found', `Version ${wanted} of ${plugin.name} is not known here.`, {
        hint: `Known: ${[...plugin.definitions.keys()].join(', ')}.`,
      });
    }
    const { definitions: _definitions, upgradeFiles, infos, ...summary } = plugin;
    const value = {
      ...summary,
      definition: definition ?? null,
      upgradeFile: wanted === undefined ? null : (upgradeFiles.get(wanted) ?? null),
      info: plugin.activeVersion === null ? null : (infos.get(plugin.activeVersion) ?? null),
      usage,
    };
    const versions = plugin.versions.map(({ version, state }) => `${version} (${state})`).join(', ');
    const lines = [`${plugin.name}  ${plugin.id}`, `versions: ${versions}`, `used by ${usage.processCount} processes`];
    if (definition) lines.push('', ...describeDefinition(definition));
    return { value, text: lines.join('\n') };
  });

function describeDefinition({ version, stepTypes }: PluginDefinition): string[] {
  return [
    `step types of version ${version}:`,
    ...stepTypes.flatMap(({ name, properties }) => [
      `  ${name}`,
      ...properties.map((property) => {
        const parts = [property.type, property.required ? 'required' : '', property.hidden ? 'hidden' : ''].filter(
          Boolean,
        );
        const initial =
          property.defaultValue === null || property.type === 'secureBox'
            ? ''
            : ` = ${JSON.stringify(property.defaultValue)}`;
        return `    ${property.name}${initial}  (${parts.join(', ')})`;
      }),
    ]),
  ];
}
