import type { MigrateCommand, PropertyDefinition, StepType } from '../../plugin/index.ts';
import { becomesPlain, type Likeness, pairProperties, pairStepTypes } from '../lint/likeness.ts';

/** Something in a proposal that its author has to confirm; the same sentence stands as a comment in the file. */
export interface Guess {
  readonly kind: 'step-renamed' | 'property-renamed' | 'default-changed';
  /** The step type under its new name. */
  readonly stepType: string;
  readonly property: string | null;
  readonly from: string;
  readonly to: string;
  /** How alike the two are, 0 … 1; 1 where only the letter case differs. */
  readonly likeness: number;
  readonly message: string;
}

/** One `<migrate-command>` to write. */
export interface ProposedCommand {
  readonly name: string;
  readonly old: string | null;
  readonly guess: Guess | null;
  readonly properties: readonly ProposedProperty[];
}

/** One `<migrate-property>` to write. */
export interface ProposedProperty {
  readonly name: string;
  readonly old: string | null;
  readonly default: string | null;
  readonly guess: Guess | null;
}

export interface ProposalOptions {
  /** Also what only looks so; without, renames in letter case alone are taken as certain, and nothing else. */
  readonly guesses: boolean;
}

/**
 * The commands that a block must hold to carry the uses of `old` step types to `now`, without those that `stated`
 * already holds. Step types that were deleted need none [STEP-4], new ones neither [STEP-3].
 */
export function proposeCommands(
  old: readonly StepType[],
  now: readonly StepType[],
  stated: readonly MigrateCommand[],
  options: ProposalOptions,
): ProposedCommand[] {
  const takenNames = new Set(stated.map(({ name }) => name));
  const takenOld = new Set(stated.map((command) => command.old ?? command.name));
  const unstated = old.filter(({ name }) => !takenOld.has(name));
  const renames = acceptable(
    pairStepTypes(
      old.filter(({ name }) => !takenOld.has(name) || now.some((stepType) => stepType.name === name)),
      now.filter(({ name }) => !takenNames.has(name) || old.some((stepType) => stepType.name === name)),
    ),
    options,
  );
  return unstated.flatMap((before): ProposedCommand[] => {
    const rename = renames.find((pair) => pair.old === before);
    const after = now.find(({ name }) => name === before.name) ?? rename?.now;
    if (!after || takenNames.has(after.name)) return [];
    return [
      {
        name: after.name,
        old: rename ? before.name : null,
        guess: rename ? stepGuess(rename) : null,
        properties: proposeProperties(before, after, [], options),
      },
    ];
  });
}

/** The `<migrate-property>` lines that one command needs, without what `stated` says already. */
export function proposeProperties(
  before: StepType,
  after: StepType,
  stated: readonly { readonly name: string; readonly old: string | null; readonly default: string | null }[],
  options: ProposalOptions,
): ProposedProperty[] {
  const moved = new Set(stated.flatMap(({ old }) => old ?? []));
  const reached = new Set(stated.flatMap(({ name, old }) => (old !== null && has(before, old) ? [name] : [])));
  const renames = acceptable(
    pairProperties(before.properties, after.properties, { old: moved, now: reached }).filter(
      (pair) => !becomesPlain(pair),
    ),
    options,
  );
  return after.properties.flatMap((property): ProposedProperty[] => {
    if (reached.has(property.name)) return [];
    const rename = renames.find(({ now }) => now === property);
    const known = rename?.old ?? before.properties.find(({ name }) => name === property.name);
    const said = stated.find(({ name }) => name === property.name);
    const wanted = property.defaultValue || null;
    const changed = wanted !== null && wanted !== (known?.defaultValue ?? '');
    // [PROP-4] a new property's default; [PROP-2] a changed one is carried over only where its author says so
    const value = changed && (said?.default ?? null) === null && (!known || options.guesses) ? wanted : null;
    if (!rename && value === null) return [];
    return [
      {
        name: property.name,
        old: rename ? rename.old.name : null,
        default: value,
        guess: rename ? propertyGuess(rename, after) : known ? defaultGuess(known, property, after) : null,
      },
    ];
  });
}

function has({ properties }: StepType, name: string): boolean {
  return properties.some((property) => property.name === name);
}

function acceptable<T>(pairs: readonly Likeness<T>[], { guesses }: ProposalOptions): readonly Likeness<T>[] {
  return guesses ? pairs : pairs.filter(({ letterCaseOnly }) => letterCaseOnly);
}

function stepGuess({ old, now, score }: Likeness<StepType>): Guess {
  return {
    kind: 'step-renamed',
    stepType: now.name,
    property: null,
    from: old.name,
    to: now.name,
    likeness: score,
    message: `"${old.name}" looks renamed to "${now.name}" (${likenessInWords(score)}). If not, delete this command: uses of "${old.name}" are then not carried.`,
  };
}

function propertyGuess({ old, now, score }: Likeness<PropertyDefinition>, { name }: StepType): Guess {
  return {
    kind: 'property-renamed',
    stepType: name,
    property: now.name,
    from: old.name,
    to: now.name,
    likeness: score,
    message: `"${old.name}" of "${name}" looks renamed to "${now.name}" (${likenessInWords(score)}). If not, delete old=: the values of "${old.name}" are then dropped.`,
  };
}

function defaultGuess(old: PropertyDefinition, now: PropertyDefinition, { name }: StepType): Guess {
  const shown = (value: string | null) => (now.type === 'secureBox' ? 'another value' : `"${value ?? ''}"`);
  return {
    kind: 'default-changed',
    stepType: name,
    property: now.name,
    from: now.type === 'secureBox' ? '' : (old.defaultValue ?? ''),
    to: now.type === 'secureBox' ? '' : (now.defaultValue ?? ''),
    likeness: 1,
    message: `The default of "${now.name}" of "${name}" changed from ${shown(old.defaultValue)} to ${shown(now.defaultValue)}. If existing uses shall keep the old one, delete this line.`,
  };
}

function likenessInWords(score: number): string {
  return score === 1 ? 'only the letter case differs' : `${Math.round(score * 100)} % alike`;
}
