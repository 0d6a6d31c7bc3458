import type { MigrateCommand, MigrateProperty, StepType } from '../../plugin/index.ts';
import { becomesPlain, type Pairing, pairProperties, pairStepTypes } from '../likeness/index.ts';
import { defaultGuess, type Guess, propertyGone, propertyGuess, stepGone, stepGuess } from './guess.ts';

/** One `<migrate-command>` to write. */
export interface ProposedCommand {
  readonly name: string;
  readonly old: string | null;
  readonly guess: Guess | null;
  readonly properties: readonly ProposedProperty[];
  /** What went with no line to take it along. */
  readonly toDecide: readonly Guess[];
}

/** One `<migrate-property>` to write. */
export interface ProposedProperty {
  readonly name: string;
  readonly old: string | null;
  readonly default: string | null;
  readonly guess: Guess | null;
}

export interface ProposedProperties {
  readonly properties: readonly ProposedProperty[];
  readonly toDecide: readonly Guess[];
}

export interface ProposalOptions {
  /** Also what only looks so; without, renames in letter case and Unicode form alone are taken as certain, and no other. */
  readonly guesses: boolean;
}

/**
 * What became of the step types that a block does not take along: certain and likely renames, and what is gone. A command
 * without `old=` for a step type that is new may be the end of such a rename.
 */
export function pairUnstated(
  before: readonly StepType[],
  now: readonly StepType[],
  stated: readonly MigrateCommand[],
): Pairing<StepType> {
  const arriving = before.map((old) => {
    const command = stated.find((one) => (one.old ?? one.name) === old.name);
    return command ? { ...old, name: command.name } : old;
  });
  // a listed step type that the new version lacks is led to nothing: a fault of its own
  return pairStepTypes(arriving, now, new Set(arriving.filter((old) => !before.includes(old))));
}

/**
 * The commands that a block must hold to carry the uses of `before` to `now`, without those that `stated` already holds.
 * New step types need none [STEP-3].
 */
export function proposeCommands(
  before: readonly StepType[],
  now: readonly StepType[],
  stated: readonly MigrateCommand[],
  options: ProposalOptions,
): ProposedCommand[] {
  const takenOld = new Set(stated.map((command) => command.old ?? command.name));
  const takenNames = new Set(stated.map(({ name }) => name));
  const { pairs } = pairUnstated(before, now, stated);
  return before.flatMap((old): ProposedCommand[] => {
    if (takenOld.has(old.name)) return [];
    const rename = pairs.find((pair) => pair.old === old && (options.guesses || pair.form !== null));
    const after = now.find(({ name }) => name === old.name) ?? rename?.now;
    if (!after || takenNames.has(after.name)) return [];
    return [
      {
        name: after.name,
        old: rename ? old.name : null,
        guess: rename && options.guesses ? stepGuess(rename) : null,
        ...proposeProperties(old, after, { properties: [], removed: [] }, options),
      },
    ];
  });
}

/** Step types that went, that no line takes along: to be decided by the author. */
export function stepsToDecide(
  before: readonly StepType[],
  now: readonly StepType[],
  stated: readonly MigrateCommand[],
  { guesses }: ProposalOptions,
): Guess[] {
  return guesses ? pairUnstated(before, now, stated).gone.map(stepGone) : [];
}

/** The `<migrate-property>` lines that one command needs, without what `stated` says already. */
export function proposeProperties(
  before: StepType,
  after: StepType,
  stated: {
    readonly properties: readonly Pick<MigrateProperty, 'name' | 'old' | 'default'>[];
    readonly removed: readonly { readonly name: string }[];
  },
  { guesses }: ProposalOptions,
): ProposedProperties {
  const dropped = new Set(stated.removed.map(({ name }) => name));
  const moves = new Map(
    stated.properties.flatMap(({ name, old }) => (old !== null && has(before, old) ? [[old, name] as const] : [])),
  );
  const arriving = before.properties
    .filter(({ name }) => !dropped.has(name) && (!moves.has(name) || has(after, moves.get(name)!)))
    .map((property) => (moves.has(property.name) ? { ...property, name: moves.get(property.name)! } : property));
  const pairing = pairProperties(arriving, after.properties);
  const pairs = pairing.pairs.filter((pair) => !becomesPlain(pair));
  const secrets = pairing.pairs.filter(becomesPlain).map(({ old }) => ({ old, candidates: [] }));
  const gone = [...secrets, ...pairing.gone];
  return {
    toDecide: guesses ? gone.map((one) => propertyGone(one, after.name)) : [],
    properties: after.properties.flatMap((property): ProposedProperty[] => {
      const rename = pairs.find(({ now }) => now === property);
      // whether it is new at all is then for its author to say
      if (rename && !guesses && rename.form === null) return [];
      const known = rename?.old ?? arriving.find(({ name }) => name === property.name);
      const said = stated.properties.find(({ name }) => name === property.name);
      const wanted = property.defaultValue || null;
      // [PROP-4] a new property's default; [PROP-2] one that changed
      const changed = wanted !== null && wanted !== (known?.defaultValue ?? '');
      const value = changed && (said?.default ?? null) === null ? wanted : null;
      if (!rename && value === null) return [];
      const unsure = rename
        ? propertyGuess(rename, after.name)
        : known
          ? defaultGuess(known, property, after.name)
          : null;
      const guess = guesses ? unsure : null;
      return [{ name: property.name, old: rename ? rename.old.name : null, default: value, guess }];
    }),
  };
}

function has({ properties }: StepType, name: string): boolean {
  return properties.some((property) => property.name === name);
}
