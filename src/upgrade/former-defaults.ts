import { findStepType, type MigrateCommand } from '../plugin/index.ts';
import type { CompiledUpgrade } from './compiled-upgrade.ts';

/** A property of a step type, by the names that it had at some version. */
interface Named {
  readonly stepType: string;
  readonly property: string;
}

/**
 * Every default that a property may have been given before a version: what any known earlier version declared for it and
 * what any earlier hop gave, followed back through renames. It does not depend on where a use starts, so one upgrade in
 * one go and the same hop by hop end alike [PROP-2]. Null where nothing is known. `''` stands for none: of a declared
 * property without a default, and of one that no earlier version has.
 */
export function formerDefaults(
  upgrade: CompiledUpgrade,
  before: number,
  names: readonly Named[],
): ReadonlySet<string> | null {
  const found = new Set<string>();
  let named = names;
  let known = false;
  for (const version of upgrade.hops.filter((hop) => hop < before).reverse()) {
    const definition = upgrade.definitions.get(version);
    known ||= definition !== undefined;
    for (const { stepType, property } of named) {
      const declared = findStepType(definition, stepType)?.properties.find(({ name }) => name === property);
      if (declared) found.add(declared.defaultValue ?? '');
    }
    const commands = upgrade.blocks.get(version)?.commands ?? [];
    for (const { stepType, property } of named) {
      for (const { name, properties } of commands) {
        if (name !== stepType) continue;
        for (const given of properties) {
          if (given.name === property && given.default !== null) found.add(given.default);
        }
      }
    }
    named = once(named.flatMap((one) => namesBefore(commands, one)));
  }
  if (found.size === 0 && known) found.add('');
  return found.size > 0 ? found : null;
}

/** What a property was called before a hop; several names may have become one, and it may have kept its own. */
export function namesBefore(commands: readonly MigrateCommand[], { stepType, property }: Named): Named[] {
  const leading = commands.filter(({ name }) => name === stepType);
  if (leading.length === 0) return [{ stepType, property }];
  return leading.flatMap(({ name, old, properties }) => {
    const stepTypes = old === null ? [name] : [old, name];
    const former = properties.flatMap((each) => (each.name === property && each.old !== null ? [each.old] : []));
    const movedAway = properties.some((each) => each.old === property && each.name !== property);
    const all = new Set([...former, ...(movedAway ? [] : [property])]);
    return stepTypes.flatMap((step) => Array.from(all, (each) => ({ stepType: step, property: each })));
  });
}

function once(names: readonly Named[]): Named[] {
  return [...new Map(names.map((name) => [JSON.stringify([name.stepType, name.property]), name])).values()];
}
