import { LockstepError } from '../../../failure/index.ts';
import { type Release, readPluginSource } from '../../../host/index.ts';
import { compareVersions, followSuccessors, type PluginDefinition } from '../../../plugin/index.ts';
import { type CompiledUpgrade, compileUpgrade, type UpgradeInput } from '../../../upgrade/index.ts';
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
  const plugins = Map.groupBy(older, ({ name, release }) => definitionOf(release, name).id);
  const predecessors = predecessorsIn(plugins, definition.id, textOption(input, 'successorOf'));
  for (const [id, [first]] of plugins) {
    if (id === definition.id || predecessors.some(({ plugin }) => plugin.id === id)) continue;
    throw new LockstepError('plugin-conflict', `${first?.name} is the plugin "${id}", not "${definition.id}".`, {
      hint: `Give --known older versions of the same plugin; where this one takes over from it, say --successor-of ${id}.`,
    });
  }
  const own = plugins.get(definition.id) ?? [];
  const definitions = [...own.map(({ name, release }) => definitionOf(release, name)), definition];
  const upgrade = compileUpgrade({
    plugin: { id: definition.id, names: definitions.map(({ name }) => name) },
    definitions: new Map(definitions.map((one) => [one.version, one])),
    predecessors,
    upgradeFile: target.upgradeFile,
    to: definition.version,
    options: planOptions(input),
    dialect: await chosenDialect(input),
  });
  const { id } = upgrade.usedPlugin;
  return { upgrade, names: [id, ...(upgrade.names.get(id) ?? [])] };
}

type Predecessor = NonNullable<UpgradeInput['predecessors']>[number];
type Known = readonly { readonly release: Release }[];

/** [SUCC-1] From the plugin that is named, or the one whose lifecycle.xml leads to the target, to the last before it. */
function predecessorsIn(
  plugins: ReadonlyMap<string, Known>,
  target: string,
  named: string | undefined,
): readonly Predecessor[] {
  const newestOf = (id: string) =>
    plugins.get(id)?.toSorted((a, b) => compareVersions(b.release.version, a.release.version))[0]?.release;
  const successorOf = (id: string): string | null | undefined => {
    if (id === target) return null;
    if (!plugins.has(id)) return undefined;
    return newestOf(id)?.definition?.successor?.id ?? null;
  };
  const chains = [...plugins.keys()]
    .filter((id) => id !== target)
    .map((id) => followSuccessors(id, successorOf))
    .filter(({ end, at }) => end === 'last' && at === target)
    .map(({ ids }) => ids.slice(0, -1))
    .sort((a, b) => b.length - a.length);
  const ids = named === undefined ? (chains[0] ?? []) : (chains.find(([first]) => first === named) ?? [named]);
  return ids.map((id, index): Predecessor => {
    const releases = plugins.get(id) ?? [];
    const known = releases.flatMap(({ release }) => release.definition ?? []);
    const newest = newestOf(id);
    const successor = newest?.definition?.successor;
    return {
      plugin: { id, names: [id, ...known.map(({ name }) => name)] },
      definitions: new Map(known.map((one) => [one.version, one])),
      upgradeFile: newest?.upgradeFile ?? null,
      declared: successor?.id === (ids[index + 1] ?? target) ? successor : null,
    };
  });
}

function definitionOf({ definition }: Release, source: string): PluginDefinition {
  if (definition) return definition;
  throw new LockstepError('plugin-not-valid', `${source} declares no step types: there is no plugin.xml.`, {
    hint: 'Name versions of a plugin with a plugin.xml.',
  });
}
