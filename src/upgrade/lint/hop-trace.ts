import type {
  MigrateBlock,
  MigrateCommand,
  MigrateProperty,
  PluginDefinition,
  StepType,
  UpgradeFile,
} from '../../plugin/index.ts';

/** What the blocks between two definitions do to the uses of one step type of the old one. */
export interface StepTrace {
  readonly old: StepType;
  /** Its name after the last block that carried it. */
  readonly name: string;
  /** The first block that does not list it, or null. [STEP-4] */
  readonly lostAt: MigrateBlock | null;
  /** Old property name → its name after the blocks. */
  readonly properties: ReadonlyMap<string, string>;
  /** By new property name: what the blocks say of it, the last word first. */
  readonly statements: ReadonlyMap<string, MigrateProperty>;
  /** New names that some block gives a default. */
  readonly defaulted: ReadonlySet<string>;
  readonly commands: readonly TracedCommand[];
}

interface TracedCommand {
  readonly block: MigrateBlock;
  readonly command: MigrateCommand;
  /** Names of properties that are known to exist just before. */
  readonly knownBefore: ReadonlySet<string>;
}

/** Blocks of the hop from `previous` to `definition`, ascending [CHAIN-1]. */
export function hopBlocks(
  upgradeFile: UpgradeFile,
  previous: PluginDefinition | null,
  target: number,
): readonly MigrateBlock[] {
  const inOrder = [...upgradeFile.blocks].sort((a, b) => a.toVersion - b.toVersion);
  // a definition whose version the build fills in stands one hop below the target
  const from = previous && previous.versionToken === undefined ? previous.version : target - 1;
  return inOrder.filter(({ toVersion }) => from < toVersion && toVersion <= target);
}

/** The command that takes uses of `stepType` along: one that renames it, else the one of its own name. [STEP-1] [STEP-2] */
export function commandFor(block: MigrateBlock, stepType: string): MigrateCommand | undefined {
  return (
    block.commands.find(({ old }) => old === stepType) ??
    block.commands.find(({ name, old }) => name === stepType && (old === null || old === name)) ??
    block.commands.find(({ name }) => name === stepType)
  );
}

/** Follows one step type of the old definition through the blocks of a hop, as a use of it would go. */
export function traceStep(old: StepType, blocks: readonly MigrateBlock[]): StepTrace {
  let name = old.name;
  let lostAt: MigrateBlock | null = null;
  const properties = new Map(old.properties.map((property) => [property.name, property.name]));
  const statements = new Map<string, MigrateProperty>();
  const defaulted = new Set<string>();
  const commands: TracedCommand[] = [];
  for (const block of blocks) {
    const command = commandFor(block, name);
    if (!command) {
      lostAt = block;
      break;
    }
    commands.push({ block, command, knownBefore: new Set([...properties.values(), ...statements.keys()]) });
    name = command.name;
    for (const property of command.properties) {
      if (property.old !== null) renameIn(properties, property.old, property.name);
      statements.set(property.name, property);
      if (property.default !== null) defaulted.add(property.name);
    }
  }
  return { old, name, lostAt, properties, statements, defaulted, commands };
}

function renameIn(properties: Map<string, string>, from: string, to: string): void {
  for (const [old, current] of properties) if (current === from) properties.set(old, to);
}
