import type { PluginDefinition, PropertyDefinition, PropertyType, StepType } from '../../plugin/index.ts';
import { type Guess, proposeUpgrade } from '../propose/index.ts';
import { propertyRenames } from './property-renames.ts';
import type { RenameCase } from './rename-case.ts';
import { stepRenames } from './step-renames.ts';

export type Verdict = 'right' | 'asked' | 'wrong' | 'silent';

export interface JudgedRename {
  readonly kind: string;
  readonly meant: string;
  readonly verdict: Verdict;
}

/**
 * What `upgrade propose` makes of each change. right: it proposes what was meant, or says that it is gone; asked: it
 * leaves it to the author and names it; wrong: it proposes something else, as a guess to confirm; silent: not a word.
 */
export function judgeRenames(): JudgedRename[] {
  return [...propertyRenames, ...stepRenames].flatMap((change) => {
    const { guesses } = proposeUpgrade(definitionOf(change.old, 1), definitionOf(change.now, 2));
    return change.meant.map((meant) => ({ kind: change.kind, meant, verdict: judge(meant, guesses, change) }));
  });
}

function judge(meant: string, guesses: readonly Guess[], { now }: RenameCase): Verdict {
  const [from = '', target = ''] = meant.split(' → ');
  const wanted = target.split('/');
  const [step = '', property] = from.split('.');
  const ofStep = guesses.filter((guess) => guess.property === null && guess.kind.startsWith('step'));
  const became = ofStep.find((guess) => guess.from === step);
  if (property === undefined) return verdictOf(became, wanted);
  // a step that is to be decided takes the question about its properties along
  if (became?.to === null) return 'asked';
  const name = became?.to ?? step;
  if (!now.some((line) => line.startsWith(`${name} |`))) return 'silent';
  return verdictOf(
    guesses.find((guess) => guess.kind.startsWith('property') && guess.stepType === name && guess.from === property),
    wanted,
  );
}

function verdictOf(guess: Guess | undefined, wanted: readonly string[]): Verdict {
  if (!guess) return 'silent';
  const removed = wanted.includes('-');
  if (guess.to === null) return removed && guess.candidates.length === 0 ? 'right' : 'asked';
  return wanted.includes(guess.to) ? 'right' : 'wrong';
}

const at = { file: 'plugin.xml', line: 1, column: 1 };

function definitionOf(lines: readonly string[], version: number): PluginDefinition {
  return {
    id: 'org.example.tools',
    name: 'Tools',
    version,
    description: '',
    tag: null,
    pluginType: null,
    requiredServerVersion: null,
    dependencies: [],
    stepTypes: lines.map(stepTypeOf),
    propertyGroups: [],
    at,
  };
}

function stepTypeOf(line: string): StepType {
  const [name = '', script = '', properties = ''] = line.split(' | ');
  return {
    name,
    description: '',
    properties: properties.split(', ').map(propertyOf),
    postProcessing: null,
    command: {
      program: 'sh',
      args: [
        { kind: 'file', text: script },
        { kind: 'file', text: '${PLUGIN_INPUT_PROPS}' },
        { kind: 'file', text: '${PLUGIN_OUTPUT_PROPS}' },
      ],
    },
    roles: [],
    subTags: [],
    at,
  };
}

const types: Readonly<Record<string, PropertyType>> = {
  area: 'textAreaBox',
  secure: 'secureBox',
  check: 'checkBox',
  select: 'selectBox',
};

function propertyOf(text: string): PropertyDefinition {
  const [, name = '', type = '', choices = '', defaultValue, label] =
    /^([^:= ]+)(?::(\w+)(?:\(([^)]*)\))?)?(?:=([^ ]*))?(?: '(.*)')?$/.exec(text) ?? [];
  return {
    name,
    required: false,
    type: types[type] ?? 'textBox',
    label: label ?? name,
    description: '',
    defaultValue: defaultValue ?? null,
    hidden: false,
    placeholder: '',
    choices: choices === '' ? [] : choices.split(';').map((value) => ({ label: value, value })),
    at,
  };
}
