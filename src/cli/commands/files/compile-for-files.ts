import { LockstepError } from '../../../failure/index.ts';
import { type Release, readPluginSource } from '../../../host/index.ts';
import type { PluginDefinition } from '../../../plugin/index.ts';
import { type CompiledUpgrade, compileUpgrade } from '../../../upgrade/index.ts';
import { type CommandInput, textOption } from '../../command.ts';
import { chosenDialect } from '../repository/settings.ts';
import { planOptions } from '../upgrade/plan-options.ts';

/** The upgrade to `--plugin`, with the definitions of `--known`, and every name by which files may speak of the plugin. */
export async function compileForFiles(
  input: CommandInput,
): Promise<{ readonly upgrade: CompiledUpgrade; readonly names: readonly string[] }> {
  const source = textOption(input, 'plugin');
  if (source === undefined) {
    throw new LockstepError('usage', '--plugin is missing: the version to upgrade to.', {
      hint: 'Name the folder or the package of the new version.',
    });
  }
  const target = await readPluginSource(source);
  const known = (input.options['known'] as readonly string[] | undefined) ?? [];
  const older = await Promise.all(known.map(async (name) => ({ name, release: await readPluginSource(name) })));
  const definition = definitionOf(target, source);
  for (const { name, release } of older) {
    if (definitionOf(release, name).id === definition.id) continue;
    throw new LockstepError('plugin-conflict', `${name} is the plugin "${release.id}", not "${definition.id}".`, {
      hint: 'Give --known older versions of the same plugin.',
    });
  }
  const definitions = [...older.map(({ name, release }) => definitionOf(release, name)), definition];
  const upgrade = compileUpgrade({
    plugin: { id: definition.id, names: definitions.map(({ name }) => name) },
    definitions: new Map(definitions.map((one) => [one.version, one])),
    upgradeFile: target.upgradeFile,
    to: definition.version,
    options: planOptions(input),
    dialect: await chosenDialect(input),
  });
  return { upgrade, names: [definition.id, ...upgrade.names] };
}

function definitionOf({ definition }: Release, source: string): PluginDefinition {
  if (definition) return definition;
  throw new LockstepError('plugin-not-valid', `${source} declares no step types: there is no plugin.xml.`, {
    hint: 'Name versions of a plugin with a plugin.xml.',
  });
}
