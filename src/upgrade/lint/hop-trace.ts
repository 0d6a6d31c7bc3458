import type {
  MigrateBlock,
  MigrateCommand,
  MigrateProperty,
  PluginDefinition,
  StepType,
  UpgradeFile,
} from '../../plugin/index.ts';
import type { UnlistedPolicy } from '../plan.ts';

/** What the blocks between two definitions do to the uses of one step type of the old one. */
export interface StepTrace {
  readonly old: StepType;
  /** Its name after the last block that took it along. */
  readonly name: string;
  /** The blocks that do not list it, the last one maybe where it is left [STEP-4]. */
  readonly skipped: readonly SkippingBlock[];
  /** The block where its uses are left, deleted or pinned; null where they come through. */
  readonly leftAt: MigrateBlock | null;
  /** Old property name → its name after the blocks. */
  readonly properties: ReadonlyMap<string, string>;
  /** By old property name: the line that gave it the name that it has now. */
  readonly movedBy: ReadonlyMap<string, MigrateProperty>;
  /** By new property name: what the blocks say of it, the last word first. */
  readonly statements: ReadonlyMap<string, MigrateProperty>;
  /** New names that some block gives a default; an empty one gives no value. */
  readonly defaulted: ReadonlySet<string>;
  /** Old names that some block removes on purpose. */
  readonly removed: ReadonlySet<string>;
  readonly commands: readonly TracedCommand[];
}

interface SkippingBlock {
  readonly block: MigrateBlock;
  /** The step type's name at that block. */
  readonly name: string;
  /** A later block takes the step type on, or the new definition has it: its author forgot it here. */
  readonly goesOn: MigrateBlock | 'definition' | null;
}

interface TracedCommand {
  readonly block: MigrateBlock;
  readonly command: MigrateCommand;
  /** Names of properties that are known to exist just before. */
  readonly knownBefore: ReadonlySet<string>;
}

export interface Hop {
  /** Of the hop, ascending. */
  readonly blocks: readonly MigrateBlock[];
  /** The step types of the new definition. */
  readonly names: ReadonlySet<string>;
  readonly target: number;
  readonly unlisted: UnlistedPolicy;
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

/** Follows one step type of the old definition through the blocks of a hop, as a use of it would go on that server. */
export function traceStep(old: StepType, { blocks, names, target, unlisted }: Hop): StepTrace {
  let name = old.name;
  let leftAt: MigrateBlock | null = null;
  const skipped: SkippingBlock[] = [];
  const properties = new Map(old.properties.map((property) => [property.name, property.name]));
  const movedBy = new Map<string, MigrateProperty>();
  const statements = new Map<string, MigrateProperty>();
  const defaulted = new Set<string>();
  const removed = new Set<string>();
  const commands: TracedCommand[] = [];
  for (const [index, block] of blocks.entries()) {
    const command = commandFor(block, name);
    if (!command) {
      const goesOn = goesOnFrom(index, name);
      skipped.push({ block, name, goesOn });
      const there = block.toVersion === target ? names.has(name) : goesOn !== null;
      if (unlisted === 'carry' && there) continue;
      leftAt = block;
      break;
    }
    commands.push({ block, command, knownBefore: new Set([...properties.values(), ...statements.keys()]) });
    name = command.name;
    follow(command);
  }
  return { old, name, skipped, leftAt, properties, movedBy, statements, defaulted, removed, commands };

  function goesOnFrom(index: number, stepType: string): SkippingBlock['goesOn'] {
    const later = blocks.slice(index + 1).find(({ commands: list }) => list.some((one) => takes(one, stepType)));
    return later ?? (names.has(stepType) ? 'definition' : null);
  }

  /** [PROP-1] Renames of one command happen at once: two properties may swap names. */
  function follow(command: MigrateCommand): void {
    for (const [before, current] of properties) {
      const move = command.properties.find((property) => property.old === current && property.name !== current);
      if (move) {
        properties.set(before, move.name);
        movedBy.set(before, move);
      }
      if (command.removed.some((one) => one.name === properties.get(before))) removed.add(before);
    }
    for (const property of command.properties) {
      statements.set(property.name, property);
      if (property.default) defaulted.add(property.name);
    }
  }
}

function takes({ name, old }: MigrateCommand, stepType: string): boolean {
  return (old ?? name) === stepType;
}
