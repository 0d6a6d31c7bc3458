import type { CommandDeclaration } from '../command.ts';
import { dialectOption } from './dialect-option.ts';

/** For those who write plugins: what is wrong with a version before it is published, and the upgrade file it needs. */
export const authoringCommands: readonly CommandDeclaration[] = [
  {
    name: 'plugin lint',
    summary: 'Find what the upgrade file of a plugin forgets, misspells or would lose.',
    arguments: [{ name: '<path>', description: 'folder with plugin.xml (and upgrade.xml), or a package' }],
    options: [
      { flags: '--previous <path>', description: 'the version before, to compare with' },
      dialectOption,
      { flags: '--fix', description: 'write into upgrade.xml what is certainly missing' },
      {
        flags: '--format <format>',
        description: 'how to print the findings',
        choices: ['text', 'json', 'sarif'],
        default: 'text',
      },
    ],
    examples: [
      'lockstep plugin lint ./my-plugin',
      'lockstep plugin lint ./my-plugin --previous my-plugin-6.zip',
      'lockstep plugin lint ./my-plugin --previous my-plugin-6.zip --for urbancode',
      'lockstep plugin lint ./my-plugin --previous ../released/my-plugin --fix',
      'lockstep plugin lint ./my-plugin --previous my-plugin-6.zip --format sarif > findings.sarif',
    ],
    load: async () => (await import('./authoring/lint.ts')).lint,
  },
  {
    name: 'upgrade propose',
    summary: 'Write the upgrade.xml that takes uses of one version of a plugin to the next.',
    arguments: [
      { name: '<old>', description: 'folder or package of the version before' },
      { name: '<new>', description: 'folder or package of the new version; its upgrade.xml is completed' },
    ],
    options: [{ flags: '--write', description: 'write it to upgrade.xml in the folder of the new version' }],
    examples: [
      'lockstep upgrade propose my-plugin-6.zip ./my-plugin',
      'lockstep upgrade propose ../released/my-plugin ./my-plugin --write',
      'lockstep upgrade propose my-plugin-6.zip my-plugin-7.zip --json',
    ],
    load: async () => (await import('./authoring/propose.ts')).propose,
  },
  {
    name: 'plugin new',
    summary: 'Start a plugin: one that works, with tests and a pipeline.',
    arguments: [{ name: '<dir>', description: 'folder to make' }],
    options: [
      { flags: '--family', description: 'a tree with a family of plugins, instead of one plugin with steps' },
      { flags: '--id <id>', description: 'of the plugin, such as org.example.greetings' },
      { flags: '--name <name>', description: 'of the plugin or family (default: from the folder)' },
    ],
    examples: [
      'lockstep plugin new greetings',
      'lockstep plugin new greetings --id org.example.greetings --name Greetings',
      'lockstep plugin new phones --family',
    ],
    load: async () => (await import('./authoring/new.ts')).newPlugin,
  },
  {
    name: 'plugin try',
    summary: 'Run one step of a plugin as an agent would, without a server.',
    arguments: [{ name: '<step>', description: 'name of the step type' }],
    options: [
      { flags: '--set <name=value>', description: 'the value of a property', repeatable: true },
      { flags: '--plugin <path>', description: 'folder or package of the plugin (default: where you stand)' },
      { flags: '--property <name=value>', description: 'of the agent, for ${agent:NAME}', repeatable: true },
      {
        flags: '--environment <name>',
        description: 'a further environment variable that the step may see; * for any letters',
        repeatable: true,
      },
      { flags: '--keep <dir>', description: 'an empty folder for its log, working folder and files' },
    ],
    examples: [
      'lockstep plugin try Greet --set who=world',
      'lockstep plugin try "Run Script" --plugin ./shell --set "script=echo hello" --set onError=stop --keep trial',
    ],
    load: async () => (await import('./authoring/try.ts')).tryPlugin,
  },
  {
    name: 'lsp',
    summary: 'A language server for editors: findings, names and fixes in plugin.xml and upgrade.xml.',
    options: [{ flags: '--stdio', description: 'speak over stdin and stdout, as it does anyway' }],
    examples: ['lockstep lsp'],
    load: async () => (await import('./authoring/lsp.ts')).lsp,
  },
];
