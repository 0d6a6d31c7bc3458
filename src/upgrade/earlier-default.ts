import type { CompiledUpgrade } from './compile-upgrade.ts';

/**
 * The default that the latest hop up to a use's own version gave to a property, followed back through renames; null when
 * none did. A use that stands at version 3 may hold what the hop to 3 gave it [PROP-2].
 */
export function earlierDefault(
  upgrade: CompiledUpgrade,
  at: { readonly version: number; readonly stepType: string },
  property: string,
): string | null {
  let stepType = at.stepType;
  let name = property;
  const blocks = [...upgrade.blocks.values()].filter(({ toVersion }) => toVersion <= at.version);
  for (const block of blocks.sort((a, b) => b.toVersion - a.toVersion)) {
    const command = block.commands.find((candidate) => candidate.name === stepType);
    if (!command) continue;
    const migration = command.properties.find((candidate) => candidate.name === name);
    if (migration && migration.default !== null) return migration.default;
    name = migration?.old ?? name;
    stepType = command.old ?? stepType;
  }
  return null;
}
