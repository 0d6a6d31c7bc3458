import type { CommandDeclaration, OptionDeclaration } from '../command.ts';
import { answerOptions, policyOptions } from './upgrade.ts';
import { whyOption } from './why-option.ts';

const force: OptionDeclaration = {
  flags: '--force',
  description: 'a server for development: accept what is refused otherwise',
};

/** Plugins of a data folder. */
export const serverPluginCommands: readonly CommandDeclaration[] = [
  {
    name: 'plugin install',
    summary: 'Install a plugin from a folder, a package or the channel; migrates no process unless --upgrade is given',
    arguments: [{ name: '<path>', description: 'folder or package; or the id of a plugin that the channel offers' }],
    options: [
      { flags: '--upgrade', description: 'plan and apply the upgrade of every process at once' },
      { flags: '--beside', description: 'install beside the active version, which stays active' },
      { flags: '--rename', description: 'accept another display name for the same plugin id' },
      force,
      ...policyOptions,
      { flags: '--yes', description: 'with --upgrade: do not ask before applying' },
      { flags: '--plugin-server <url>', description: 'with the id of a plugin: first set the channel, and keep it' },
    ],
    examples: [
      'lockstep plugin install examples/fleet-tools/1',
      'lockstep plugin install xivo-cisco-spa-7.5.4',
      'lockstep plugin install xivo-cisco-spa-7.5.4 --plugin-server https://plugins.example.org/plugins/1/stable/',
      'lockstep plugin install fleet-tools-3.zip --upgrade --on-unlisted pin --yes',
    ],
    data: 'make',
    load: async () => (await import('./plugin/install.ts')).install,
  },
  {
    name: 'plugin update',
    summary: 'Fetch the list of plugins that the channel offers',
    options: [{ flags: '--plugin-server <url>', description: 'first set the channel, and keep it' }],
    examples: [
      'lockstep plugin update',
      'lockstep plugin update --plugin-server https://plugins.example.org/plugins/1/stable/',
    ],
    data: 'change',
    load: async () => (await import('./plugin/from-channel.ts')).update,
  },
  {
    name: 'plugin search',
    summary: 'Plugins, installed or offered, by words in id and description',
    arguments: [{ name: '[words]', description: 'all plugins unless given' }],
    options: [{ flags: '--upgradeable', description: 'only those of which a higher version is offered' }],
    examples: ['lockstep plugin search cisco', 'lockstep plugin search --upgradeable'],
    data: 'read',
    load: async () => (await import('./plugin/from-channel.ts')).search,
  },
  {
    name: 'plugin supporting',
    summary: 'Which plugin, installed or offered, covers a device',
    arguments: [
      { name: '<vendor>', description: 'such as Cisco' },
      { name: '[model]', description: 'such as SPA504G' },
      { name: '[firmware]', description: 'such as 7.5.4' },
    ],
    examples: ['lockstep plugin supporting Cisco SPA504G', 'lockstep plugin supporting Cisco SPA504G 7.5.4 --json'],
    data: 'read',
    load: async () => (await import('./plugin/from-channel.ts')).supporting,
  },
  {
    name: 'plugin upgrade',
    summary: 'Upgrade a plugin to what the channel offers, and its processes with it as one unit',
    arguments: [{ name: '<plugin>', description: 'id' }],
    options: [...answerOptions, { flags: '--yes', description: 'do not ask before changing processes' }],
    examples: [
      'lockstep plugin upgrade xivo-cisco-spa-7.5.4',
      'lockstep plugin upgrade org.example.fleet-tools --on-unlisted delete --yes',
    ],
    data: 'change',
    load: async () => (await import('./plugin/from-channel.ts')).upgrade,
  },
  {
    name: 'plugin list',
    summary: 'Installed plugins and their versions',
    options: [{ flags: '--all', description: 'uninstalled versions too' }],
    examples: ['lockstep plugin list', 'lockstep plugin list --json'],
    data: 'read',
    load: async () => (await import('./plugin/list.ts')).list,
  },
  {
    name: 'plugin show',
    summary: 'One plugin: versions, step types, properties, who uses it',
    arguments: [{ name: '<plugin>', description: 'id or display name' }],
    options: [{ flags: '--version <number>', description: 'the step types of this version' }],
    examples: ['lockstep plugin show org.example.fleet-tools'],
    data: 'read',
    load: async () => (await import('./plugin/show.ts')).show,
  },
  {
    name: 'plugin uninstall',
    summary: 'Uninstall a plugin or one of its versions; refused while processes or snapshots use it',
    arguments: [{ name: '<plugin>', description: 'id or display name' }],
    options: [
      whyOption,
      { flags: '--version <version>', description: 'only this version' },
      force,
      { flags: '--yes', description: 'do not ask' },
    ],
    examples: ['lockstep plugin uninstall org.example.fleet-tools --version 1'],
    data: 'change',
    load: async () => (await import('./plugin/uninstall.ts')).uninstall,
  },
  {
    name: 'plugin prove',
    summary: 'Run an upgrade over sample processes and show what each would become; nothing is stored',
    arguments: [
      { name: '<old>', description: 'folder or package of the version before' },
      { name: '<new>', description: 'folder or package of the new version' },
    ],
    options: [
      { flags: '--with <files...>', description: 'process exports' },
      { flags: '--answers <file>', description: 'answers as a JSON object' },
      { flags: '--answer <question=answer>', description: 'one answer', repeatable: true },
      ...policyOptions,
    ],
    examples: [
      'lockstep plugin prove examples/fleet-tools/2 examples/fleet-tools/3 --with examples/processes/*.json --on-unlisted delete',
    ],
    load: async () => (await import('./plugin/prove.ts')).prove,
  },
];
