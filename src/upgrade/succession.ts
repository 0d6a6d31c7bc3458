import {
  type MigrateBlock,
  type MigrateCommand,
  nameInForm,
  type PluginDefinition,
  type Succession,
  type UpgradeFile,
} from '../plugin/index.ts';
import { Line } from './line.ts';

/** A plugin whose uses go over to the next one. */
export interface Predecessor {
  /** `names`: every display name that it had, but none that a plugin outside of the succession bears [SCOPE-2]. */
  readonly plugin: { readonly id: string; readonly names: readonly string[] };
  readonly definitions: ReadonlyMap<number, PluginDefinition>;
  readonly upgradeFile: UpgradeFile | null;
  /** What it says itself of how its steps go over; null where somebody else named the successor. */
  readonly declared: Succession | null;
}

/** One plugin of a succession, as the upgrade rules take it. */
interface Member {
  readonly id: string;
  readonly definitions: ReadonlyMap<number, PluginDefinition>;
  readonly blocks: readonly MigrateBlock[];
  /** The version at which uses leave it, or come to rest. */
  readonly to: number;
}

export interface Succeeded {
  readonly line: Line;
  /** By their places on the line, as all numbers in them. */
  readonly definitions: ReadonlyMap<number, PluginDefinition>;
  readonly blocks: readonly MigrateBlock[];
  /** Place of each hop on which a use changes plugins → what that hop is called. */
  readonly handovers: ReadonlyMap<number, string>;
  /** Places of known versions that no use comes through: a plugin's own below the one that uses enter at [SUCC-2]. */
  readonly passedOver: ReadonlySet<number>;
}

/** Several plugins, each the successor of the one before, as one plugin with one chain [SUCC-1]. */
export function succeed(predecessors: readonly Predecessor[], target: Member): Succeeded {
  const members = [
    ...predecessors.map(({ plugin, definitions, upgradeFile }): Member => {
      const blocks = upgradeFile?.blocks ?? [];
      const versions = [...definitions.keys(), ...blocks.map(({ toVersion }) => toVersion)];
      return { id: plugin.id, definitions, blocks, to: Math.max(0, ...versions) };
    }),
    target,
  ];
  const line = new Line(members.map(({ id }) => id));
  const definitions = new Map<number, PluginDefinition>();
  const blocks: MigrateBlock[] = [];
  const handovers = new Map<number, string>();
  const passedOver = new Set<number>();
  for (const [index, member] of members.entries()) {
    const place = (version: number): number => line.placeOf(member.id, version) ?? version;
    const before = members[index - 1];
    const from = before ? entryOf(before, member, predecessors[index - 1]?.declared ?? null) : null;
    for (const [version, definition] of member.definitions) {
      definitions.set(place(version), { ...definition, version: place(version) });
      if (from !== null && version < from.version) passedOver.add(place(version));
    }
    for (const block of member.blocks) {
      if (from === null || block.toVersion > from.version) blocks.push({ ...block, toVersion: place(block.toVersion) });
    }
    if (!before || !from) continue;
    blocks.push({ ...from.block, toVersion: place(from.version) });
    handovers.set(place(from.version), `from ${before.id} to ${member.id} ${from.version}`);
  }
  return { line, definitions, blocks, handovers, passedOver };
}

/**
 * [SUCC-2] Where uses enter the successor: at the version that is declared; else, where its numbers go on from those of the
 * plugin before and its own file has a block for that, at that block; else at the version that is upgraded to.
 */
function entryOf(
  before: Member,
  now: Member,
  declared: Succession | null,
): { readonly version: number; readonly block: MigrateBlock } {
  const goesOn = before.definitions.size > 0 && Math.min(...now.definitions.keys()) > before.to;
  const own = goesOn && (declared?.commands ?? []).length === 0 ? firstOf(between(now, before.to)) : undefined;
  const entry = declared?.version ?? own?.toVersion ?? now.to;
  if (own && own.toVersion === entry) return { version: entry, block: own };
  const commands = declared?.commands ?? [];
  const at = declared?.at ?? { file: 'lifecycle.xml', line: 1, column: 1 };
  return {
    version: entry,
    block: { toVersion: entry, commands: [...commands, ...alike(now, entry, commands, at)], at },
  };
}

function between({ blocks, to }: Member, version: number): MigrateBlock[] {
  return blocks.filter(({ toVersion }) => toVersion > version && toVersion <= to);
}

function firstOf(blocks: readonly MigrateBlock[]): MigrateBlock | undefined {
  return blocks.toSorted((a, b) => a.toVersion - b.toVersion)[0];
}

/** [SUCC-3] A step whose name is the same goes over as it is, unless something else is said of that name. */
function alike(
  member: Member,
  entry: number,
  said: readonly MigrateCommand[],
  at: MigrateBlock['at'],
): MigrateCommand[] {
  const { definitions, to } = member;
  const names =
    definitions.get(entry)?.stepTypes.map(({ name }) => name) ??
    firstOf(between(member, entry))?.commands.map(({ name, old }) => old ?? name) ??
    definitions.get(to)?.stepTypes.map(({ name }) => name) ??
    [];
  const taken = new Set(said.flatMap(({ name, old }) => [name, old ?? name]).map(nameInForm));
  return names
    .filter((name) => !taken.has(nameInForm(name)))
    .map((name) => ({ name, old: null, properties: [], removed: [], at }));
}
