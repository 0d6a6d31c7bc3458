import { formatProblem } from '../../../failure/index.ts';
import type { PluginDefinition } from '../../../plugin/index.ts';
import { type CommandAction, numberOption, textArgument } from '../../command.ts';
import { counted } from '../../counted.ts';
import { withClient } from '../../with-client.ts';

export const show: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const value = await client.plugins.showStored({
      params: { id: textArgument(input, 'plugin') },
      query: { version: numberOption(input, 'version') },
    });
    const { definition, usage } = value;
    const versions = value.versions
      .map(({ version, state, withdrawn }) => `${version} (${state}${withdrawn ? ', withdrawn' : ''})`)
      .join(', ');
    const used = `used by ${counted(usage.processCount, 'process', 'processes')}`;
    const lines = [`${value.name}  ${value.id}`, `versions: ${versions}`, ...value.problems.map(formatProblem), used];
    if (definition) lines.push('', ...describeDefinition(definition));
    return { value, text: lines.join('\n') };
  });

function describeDefinition({ version, stepTypes }: PluginDefinition): string[] {
  return [
    `step types of version ${version}:`,
    ...stepTypes.flatMap(({ name, properties, deprecated }) => [
      `  ${name}${deprecated ? '  (deprecated)' : ''}`,
      ...properties.map((property) => {
        const parts = [
          property.type,
          property.required ? 'required' : '',
          property.hidden ? 'hidden' : '',
          property.deprecated ? 'deprecated' : '',
        ].filter(Boolean);
        const initial =
          property.defaultValue === null || property.type === 'secureBox'
            ? ''
            : ` = ${JSON.stringify(property.defaultValue)}`;
        return `    ${property.name}${initial}  (${parts.join(', ')})`;
      }),
    ]),
  ];
}
