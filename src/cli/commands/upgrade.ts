import type { CommandDeclaration, OptionDeclaration } from '../command.ts';
import { dialectOption } from './dialect-option.ts';
import { whyOption } from './why-option.ts';

const onUnlisted: OptionDeclaration = {
  flags: '--on-unlisted <policy>',
  description: 'what becomes of uses whose step the new version does not list',
  choices: ['delete', 'pin', 'carry'],
};

export const policyOptions: readonly OptionDeclaration[] = [
  dialectOption,
  onUnlisted,
  { flags: '--on-unlisted-step <step=policy>', description: 'the same for one step type', repeatable: true },
  {
    flags: '--defaults <mode>',
    description: 'when a declared default replaces a value',
    choices: ['if-unchanged', 'if-absent', 'always'],
  },
];

export const answerOptions: readonly OptionDeclaration[] = [
  { flags: '--answers <file>', description: 'answers as a JSON object: question, group key or * → answer' },
  { flags: '--answer <question=answer>', description: 'one answer', repeatable: true },
  onUnlisted,
];

const planArgument = { name: '<plan>', description: 'plan id' };
const stopAbove: OptionDeclaration = {
  flags: '--stop-above <share>',
  description: 'pause by itself where more than this share, such as 5%, could not be carried over or has failed to run',
};
const yes: OptionDeclaration = { flags: '--yes', description: 'do not ask before changing anything' };

/** Plan → questions → apply → undo. */
export const upgradeCommands: readonly CommandDeclaration[] = [
  {
    name: 'upgrade plan',
    summary: 'What would an upgrade do to every process? Stores the plan and changes no process',
    arguments: [{ name: '<plugin>', description: 'id or display name' }],
    options: [
      { flags: '--to <version>', description: 'installed version to upgrade to; the highest unless given' },
      {
        flags: '--successor <plugin>',
        description: 'the plugin that takes the uses over; as the lifecycle.xml of the plugin says unless given',
      },
      ...policyOptions,
      { flags: '--full-scan', description: 'look at every process instead of the where-used index' },
    ],
    examples: [
      'lockstep upgrade plan org.example.fleet-tools',
      'lockstep upgrade plan org.example.fleet-tools --to 3 --on-unlisted pin --json',
      'lockstep upgrade plan org.example.old-tools --successor org.example.fleet-tools',
    ],
    data: 'change',
    load: async () => (await import('./upgrade/plan.ts')).plan,
  },
  {
    name: 'upgrade show',
    summary: 'A stored plan, as it was printed when it was made',
    arguments: [planArgument],
    examples: ['lockstep upgrade show 1', 'lockstep upgrade show 1 --server http://127.0.0.1:8667'],
    data: 'read',
    load: async () => (await import('./upgrade/show.ts')).show,
  },
  {
    name: 'upgrade answer',
    summary: 'Keep answers with a plan, for whoever applies it; asks what is open where a person is there',
    arguments: [planArgument],
    options: [...answerOptions],
    examples: ['lockstep upgrade answer 1 --on-unlisted pin', 'lockstep upgrade answer 1 --answers answers.json'],
    data: 'change',
    load: async () => (await import('./upgrade/answer.ts')).answer,
  },
  {
    name: 'upgrade apply',
    summary: 'Carry the processes over; the plugin and its processes are one unit',
    arguments: [planArgument],
    options: [
      ...answerOptions,
      { flags: '--wave <label>', description: 'only processes with this label; the rest later' },
      stopAbove,
      whyOption,
      yes,
    ],
    examples: [
      'lockstep upgrade apply 1 --on-unlisted delete --yes',
      'lockstep upgrade apply 1 --answers answers.json --yes',
      'lockstep upgrade apply 1 --wave pilot --stop-above 5% --yes',
    ],
    data: 'change',
    load: async () => (await import('./upgrade/apply.ts')).apply,
  },
  {
    name: 'upgrade waves',
    summary: 'What became of each wave of a plan, and how its processes have run since',
    arguments: [planArgument],
    examples: ['lockstep upgrade waves 1'],
    data: 'read',
    load: async () => (await import('./upgrade/waves.ts')).waves,
  },
  {
    name: 'upgrade pause',
    summary: 'Let a plan rest that is being applied, on whichever server; what is applied stays so',
    arguments: [planArgument],
    examples: ['lockstep upgrade pause 1 --server http://127.0.0.1:8667'],
    data: 'change',
    load: async () => (await import('./upgrade/waves.ts')).pause,
  },
  {
    name: 'upgrade continue',
    summary: 'Go on with an upgrade that was paused, or an upgrade or undo that was interrupted',
    arguments: [planArgument],
    options: [
      { flags: stopAbove.flags, description: 'another limit than before; none: without one' },
      ...answerOptions.filter((option) => option !== onUnlisted),
      whyOption,
    ],
    examples: ['lockstep upgrade continue 1', 'lockstep upgrade continue 1 --stop-above none'],
    data: 'change',
    load: async () => (await import('./upgrade/continue.ts')).goOn,
  },
  {
    name: 'upgrade undo',
    summary: 'Take an upgrade back; what people edited since is kept and merged, or asked about',
    arguments: [planArgument],
    options: [...answerOptions, { flags: '--wave <label>', description: 'only this wave' }, whyOption, yes],
    examples: ['lockstep upgrade undo 1 --yes'],
    data: 'change',
    load: async () => (await import('./upgrade/undo.ts')).undo,
  },
  {
    name: 'upgrade redo',
    summary: 'Plan and apply an undone upgrade again, with the answers given then',
    arguments: [planArgument],
    options: [...answerOptions, whyOption, yes],
    examples: ['lockstep upgrade redo 1 --yes'],
    data: 'change',
    load: async () => (await import('./upgrade/undo.ts')).redo,
  },
  {
    name: 'upgrade files',
    summary: 'Carry exports over where they lie, as JSON or YAML: only the lines of changed values change',
    arguments: [{ name: '<dirs...>', description: 'folders with exports, or exports' }],
    options: [
      { flags: '--plugin <new>', description: 'folder or package of the version to upgrade to' },
      { flags: '--known <old...>', description: 'older versions of the plugin: what their defaults were' },
      {
        flags: '--successor-of <plugin>',
        description: 'take over the uses of this plugin id; as the lifecycle.xml of a --known says unless given',
      },
      { flags: '--check', description: 'only look: nothing is written' },
      { flags: '--undo', description: 'give the files back as they were; edits since then stay' },
      ...policyOptions,
      ...answerOptions.filter(({ flags }) => flags.startsWith('--answer')),
    ],
    examples: [
      'lockstep upgrade files processes --plugin dist/fleet-tools-3.zip --check',
      'lockstep upgrade files processes --plugin dist/fleet-tools-3.zip --known dist/fleet-tools-2.zip --answers answers.json',
      'lockstep upgrade files processes --plugin dist/fleet-tools-3.zip --undo',
    ],
    load: async () => (await import('./files/upgrade-files.ts')).upgradeFiles,
  },
  {
    name: 'upgrade list',
    summary: 'Every plan with its state, newest first',
    options: [{ flags: '--plugin <id>', description: 'only of this plugin' }],
    examples: ['lockstep upgrade list'],
    data: 'read',
    load: async () => (await import('./upgrade/list.ts')).list,
  },
  {
    name: 'upgrade discard',
    summary: 'Forget a plan that was not applied',
    arguments: [planArgument],
    examples: ['lockstep upgrade discard 2'],
    data: 'change',
    load: async () => (await import('./upgrade/undo.ts')).discard,
  },
];
