import type { CommandDeclaration } from '../command.ts';
import { whyOption } from './why-option.ts';

const byPluginVersion = { flags: '--version <number>', description: 'plugin version of the use' } as const;

/** Processes of a data folder. */
export const processCommands: readonly CommandDeclaration[] = [
  {
    name: 'process import',
    summary: 'Import exports: processes, components, component templates, applications',
    arguments: [{ name: '<files...>', description: 'exports, as JSON or YAML' }],
    options: [whyOption],
    examples: ['lockstep process import examples/processes/*.json'],
    data: 'make',
    load: async () => (await import('./process/import.ts')).importFiles,
  },
  {
    name: 'process export',
    summary: 'Print processes as one document of the shape in which they were imported, JSON or YAML',
    arguments: [{ name: '[names...]', description: 'names, owner/name or ids' }],
    options: [
      { flags: '--all', description: 'every process' },
      {
        flags: '--format <format>',
        description: 'else as the name of --out says, else as imported',
        choices: ['json', 'yaml'],
      },
      { flags: '--out <file>', description: 'write to a file' },
    ],
    examples: ['lockstep process export "Restart at night"', 'lockstep process export --all --format yaml'],
    data: 'read',
    load: async () => (await import('./process/export.ts')).exportNamed,
  },
  {
    name: 'process list',
    summary: 'Processes, with those whose plugin is not installed marked unresolved',
    options: [
      { flags: '--search <text>', description: 'part of the name or of its component’s' },
      { flags: '--kind <kind>', description: 'kind of process', choices: ['component', 'template', 'generic'] },
      { flags: '--plugin <plugin>', description: 'that use this plugin' },
      { flags: '--step-type <name>', description: 'that use this step type' },
      byPluginVersion,
    ],
    examples: ['lockstep process list', 'lockstep process list --plugin org.example.fleet-tools --version 1'],
    data: 'read',
    load: async () => (await import('./process/list.ts')).list,
  },
  {
    name: 'process show',
    summary: 'One process: its uses and what is wrong with its graph',
    arguments: [{ name: '<name>', description: 'name, owner/name or id' }],
    options: [{ flags: '--version <number>', description: 'an older version' }],
    examples: ['lockstep process show "Configure and tell"'],
    data: 'read',
    load: async () => (await import('./process/show.ts')).show,
  },
  {
    name: 'process label',
    summary: 'Give a process its labels, by which waves choose; without labels it has none',
    arguments: [
      { name: '<name>', description: 'name, owner/name or id' },
      { name: '[labels...]', description: 'all the labels that it shall have' },
    ],
    examples: ['lockstep process label "Configure and tell" pilot berlin'],
    data: 'change',
    load: async () => (await import('./process/label.ts')).label,
  },
  {
    name: 'process diff',
    summary: 'What changed between two versions of a process; the last change unless told otherwise',
    arguments: [{ name: '<name>', description: 'name, owner/name or id' }],
    options: [
      { flags: '--from <version>', description: 'earlier version' },
      { flags: '--to <version>', description: 'later version' },
    ],
    examples: [
      'lockstep process diff "Configure and tell"',
      'lockstep process diff "Configure and tell" --from 1 --to 3',
    ],
    data: 'read',
    load: async () => (await import('./process/diff.ts')).diff,
  },
  {
    name: 'process history',
    summary: 'Every version of a process: who, when, why, by which plan',
    arguments: [{ name: '<name>', description: 'name, owner/name or id' }],
    examples: ['lockstep process history "Configure and tell"'],
    data: 'read',
    load: async () => (await import('./process/history.ts')).history,
  },
  {
    name: 'process where-used',
    summary: 'Which activities of which processes use a plugin, a step type, a version or a property',
    arguments: [{ name: '<plugin>', description: 'id or display name' }],
    options: [
      { flags: '--step-type <name>', description: 'only this step type' },
      byPluginVersion,
      { flags: '--property <name>', description: 'only uses with a value for this property' },
    ],
    examples: ['lockstep process where-used org.example.fleet-tools --step-type "Send SMS"'],
    data: 'read',
    load: async () => (await import('./process/where-used.ts')).whereUsed,
  },
  {
    name: 'snapshot create',
    summary: 'Pin the present versions of some or all processes; no upgrade touches what is pinned',
    arguments: [
      { name: '<name>', description: 'of the snapshot' },
      { name: '[processes...]', description: 'names, owner/name or ids; all unless given' },
    ],
    options: [{ flags: '--note <text>', description: 'why' }],
    examples: ['lockstep snapshot create "Before the summer" --note "as audited"'],
    data: 'change',
    load: async () => (await import('./snapshot/create.ts')).create,
  },
  {
    name: 'snapshot list',
    summary: 'Snapshots, newest first',
    examples: ['lockstep snapshot list'],
    data: 'read',
    load: async () => (await import('./snapshot/list.ts')).list,
  },
  {
    name: 'snapshot show',
    summary: 'The process versions that a snapshot pins and the plugin versions it keeps installed',
    arguments: [{ name: '<name>', description: 'of the snapshot' }],
    examples: ['lockstep snapshot show "Before the summer"'],
    data: 'read',
    load: async () => (await import('./snapshot/show.ts')).show,
  },
];
