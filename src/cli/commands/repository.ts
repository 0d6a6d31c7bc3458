import type { CommandDeclaration, OptionDeclaration } from '../command.ts';
import { dialectOption } from './dialect-option.ts';

const repository: OptionDeclaration = {
  flags: '--repository <where>',
  description: 'folder, http(s)://server or s3://bucket/prefix (LOCKSTEP_REPOSITORY)',
};
const to: OptionDeclaration = { flags: '--to <repository>', description: repository.description };
const channel: OptionDeclaration = { flags: '--channel <name>', description: 'which channel' };
const keys: OptionDeclaration = { flags: '--keys <dir>', description: 'folder of signing keys (LOCKSTEP_KEYS)' };
const why: OptionDeclaration = { flags: '--why <text>', description: 'kept in the history' };
const yes: OptionDeclaration = { flags: '--yes', description: 'do not ask' };
const dir = { name: '[dir]', description: 'folder of families (default ./plugins)' };
const plainIndex: OptionDeclaration = {
  flags: '--no-extra-keys',
  description: "write the index with the old builder's keys only",
};

const where = 'lockstep.config.json and LOCKSTEP_REPOSITORY spare naming it';

/** For those who publish: channels, and the old commands by their names. */
export const repositoryCommands: readonly CommandDeclaration[] = [
  {
    name: 'init',
    summary: 'Write a tree for families with a Makefile of the old targets.',
    arguments: [{ name: '[dir]', description: 'the new folder (default .)' }],
    options: [{ flags: '--repository <where>', description: 'written into lockstep.config.json (default ./channels)' }],
    examples: ['lockstep init ./my-plugins', 'lockstep init ./my-plugins --repository https://plugins.example.org'],
    load: async () => (await import('./repository/init.ts')).init,
  },
  {
    name: 'package',
    summary: 'Pack built plugin folders; the same content gives the same bytes.',
    arguments: [{ name: '<folders...>', description: 'each holds plugin-info or plugin.xml' }],
    options: [
      {
        flags: '--format <format>',
        description: 'of the archive',
        choices: ['tar.bz2', 'tar.zst', 'tar.gz', 'zip'],
        default: 'tar.bz2',
      },
      { flags: '--out <dir>', description: 'where the packages go (default .)' },
    ],
    examples: [
      'lockstep package plugins/_build/folders/* --out ./packages',
      'lockstep package ./my-plugin --format zip',
    ],
    load: async () => (await import('./repository/package.ts')).packFolders,
  },
  {
    name: 'index',
    summary: 'Write the index (plugins.db) of a folder of packages.',
    arguments: [{ name: '[dir]', description: 'folder of packages (default .)' }],
    options: [
      { flags: '--all-or-nothing', description: 'write no index when one package is bad (else the others are listed)' },
      plainIndex,
    ],
    examples: ['lockstep index plugins/_build/dev', 'lockstep index ./packages --no-extra-keys'],
    load: async () => (await import('./repository/package.ts')).writeFolderIndex,
  },
  {
    name: 'upload',
    summary: `Build, check and publish families, or a folder of packages; ${where}.`,
    arguments: [
      { name: '[dir]', description: 'folder of families or of packages (default ./plugins)' },
      { name: '[what...]', description: 'FAMILY or FAMILY:TARGET; none: all' },
    ],
    options: [
      to,
      { ...channel, description: 'default testing' },
      {
        flags: '--days <number>',
        description: 'the channel is removed so many days from now (for a channel of its own)',
      },
      why,
      keys,
      { flags: '--replace', description: 'publish a version again with other bytes' },
      { flags: '--no-check', description: 'publish although versions were not raised' },
      { flags: '--new-clients-only', description: 'take what old servers choke on (else it is an error)' },
      { flags: '--all-or-nothing', description: 'publish nothing when one plugin cannot be (else the others are)' },
      { flags: '--allow-commands', description: 'run commands of recipes that Lockstep does not do itself' },
      plainIndex,
    ],
    examples: [
      'lockstep upload --to /srv/channels',
      'lockstep upload ./plugins --to https://plugins.example.org --channel testing --why "codec order"',
      'lockstep upload xivo-cisco-spa --channel dev',
      'lockstep upload --channel pr-312 --days 14',
      'lockstep upload ./packages --to s3://plugins/provd --channel dev',
    ],
    load: async () => (await import('./repository/upload.ts')).upload,
  },
  {
    name: 'promote',
    summary: 'Make what one channel offers the offer of another: the very bytes, no rebuild.',
    arguments: [{ name: '[what...]', description: 'plugin ids or families; none: everything' }],
    options: [
      { flags: '--from <channel>', description: 'default testing' },
      { flags: '--to <channel>', description: 'default stable' },
      repository,
      why,
      keys,
      { flags: '--lower', description: 'let a lower version take the place of a higher one' },
      {
        flags: '--gate <servers>',
        description: 'addresses, with commas: each plans it over its processes (LOCKSTEP_TOKEN) and must find it clean',
      },
      dialectOption,
      {
        flags: '--devices <from>',
        description:
          'telephones: a file, or an old server by URL, which is only read; says which would receive other files',
      },
      {
        flags: '--no-gate',
        description: 'promote although the lint finds errors in an upgrade file; compares no telephones',
      },
      yes,
    ],
    examples: [
      'lockstep promote --from testing --to stable --repository /srv/channels xivo-cisco-spa',
      'lockstep promote --from testing --to stable --why "tested on 3 sites" --yes',
      'lockstep promote --gate https://berlin.example.org,https://lyon.example.org --yes',
      'lockstep promote xivo-cisco-spa --devices http://provd.example.org:8666/provd',
    ],
    load: async () => (await import('./repository/promote.ts')).promote,
  },
  {
    name: 'yank',
    summary: 'Withdraw plugins from an offer with a reason; their packages are kept.',
    arguments: [{ name: '<plugins...>', description: 'plugin ids' }],
    options: [
      { ...channel, description: 'default stable' },
      repository,
      { flags: '--reason <text>', description: 'shown by servers' },
      { flags: '--replacement <version>', description: 'an earlier version to offer instead, or what to use' },
      keys,
      yes,
    ],
    examples: ['lockstep yank xivo-cisco-spa-7.5.5 --channel stable --reason "reboots phones" --replacement 0.4'],
    load: async () => (await import('./repository/withdraw.ts')).yank,
  },
  {
    name: 'channel list',
    summary: 'The channels of a repository.',
    options: [repository],
    examples: ['lockstep channel list --repository /srv/channels', 'lockstep channel list --json'],
    load: async () => (await import('./repository/channel.ts')).list,
  },
  {
    name: 'channel show',
    summary: 'What a channel offers.',
    arguments: [{ name: '<channel>', description: 'its name' }],
    options: [repository],
    examples: ['lockstep channel show stable --repository https://plugins.example.org'],
    load: async () => (await import('./repository/channel.ts')).show,
  },
  {
    name: 'channel diff',
    summary: 'What two channels offer differently.',
    arguments: [
      { name: '<first>', description: 'a channel' },
      { name: '<second>', description: 'another' },
    ],
    options: [repository],
    examples: ['lockstep channel diff testing stable'],
    load: async () => (await import('./repository/channel.ts')).diff,
  },
  {
    name: 'channel history',
    summary: 'Every generation of an offer: who, when, why, what changed.',
    arguments: [{ name: '<channel>', description: 'its name' }],
    options: [repository],
    examples: ['lockstep channel history stable', 'lockstep channel history testing --json'],
    load: async () => (await import('./repository/channel.ts')).history,
  },
  {
    name: 'channel restore',
    summary: 'Offer again what an earlier generation offered.',
    arguments: [
      { name: '<channel>', description: 'its name' },
      { name: '<generation>', description: 'its number, see channel history' },
    ],
    options: [repository, why, keys, yes],
    examples: ['lockstep channel restore stable 41 --why "the new firmware is withdrawn"'],
    load: async () => (await import('./repository/channel.ts')).restore,
  },
  {
    name: 'channel remove',
    summary: 'Remove channels with their packages and their history.',
    arguments: [{ name: '[channels...]', description: 'their names' }],
    options: [
      { flags: '--ended', description: 'every channel whose end has come' },
      { flags: '--lasting', description: 'also a channel that has no end' },
      repository,
      why,
      yes,
    ],
    examples: ['lockstep channel remove pr-312 --why "merged"', 'lockstep channel remove --ended'],
    load: async () => (await import('./repository/channel-remove.ts')).remove,
  },
  {
    name: 'channel archive',
    summary: 'Move plugins from an offer to the channel "archive".',
    arguments: [{ name: '<plugins...>', description: 'plugin ids' }],
    options: [{ ...channel, description: 'default stable' }, repository, why, keys, yes],
    examples: ['lockstep channel archive xivo-old-phone --why "no longer supported"'],
    load: async () => (await import('./repository/withdraw.ts')).archive,
  },
  {
    name: 'download',
    summary: 'Fetch the packages of a channel into _build/<channel> of the tree.',
    arguments: [dir],
    options: [repository, { ...channel, description: 'default testing' }],
    examples: ['lockstep download', 'lockstep download ./plugins --channel dev'],
    load: async () => (await import('./repository/download.ts')).download,
  },
  {
    name: 'download-stable',
    summary: 'Fetch what stable offers into _build/stable.',
    arguments: [dir],
    options: [repository],
    examples: ['lockstep download-stable'],
    load: async () => (await import('./repository/download.ts')).downloadStable,
  },
  {
    name: 'download-archive',
    summary: 'Fetch every archived version into _build/archive.',
    arguments: [dir],
    options: [repository],
    examples: ['lockstep download-archive'],
    load: async () => (await import('./repository/download.ts')).downloadArchive,
  },
  {
    name: 'upload-stable',
    summary: 'Make what lies in _build/stable the offer of stable.',
    arguments: [dir],
    options: [to, why, keys],
    examples: ['lockstep upload-stable', 'lockstep upload-stable ./plugins --to https://plugins.example.org'],
    load: async () => (await import('./repository/upload-channel.ts')).uploadStable,
  },
  {
    name: 'upload-archive',
    summary: 'Put what lies in _build/archive into the archive.',
    arguments: [dir],
    options: [to, why, keys],
    examples: ['lockstep upload-archive'],
    load: async () => (await import('./repository/upload-channel.ts')).uploadArchive,
  },
  {
    name: 'repository serve',
    summary: 'Serve the channels of a folder over HTTP.',
    arguments: [{ name: '<dir>', description: 'the repository' }],
    options: [
      { flags: '--port <number>', description: 'default 8668; 0: any free one' },
      { flags: '--host <address>', description: 'default 127.0.0.1' },
      {
        flags: '--token-file <file>',
        description: 'lines "name token [publish] [promote]"; without it nobody may write',
      },
      { flags: '--public-history', description: 'everybody may read who published and why' },
      keys,
    ],
    examples: ['lockstep repository serve /srv/channels --port 8668 --token-file /etc/lockstep/tokens'],
    load: async () => (await import('./repository/upkeep.ts')).serve,
  },
  {
    name: 'repository verify',
    summary: 'Read every offered package again and compare its digests with the index.',
    options: [repository, { ...channel, description: 'default all' }],
    examples: ['lockstep repository verify --repository /srv/channels'],
    load: async () => (await import('./repository/upkeep.ts')).verify,
  },
  {
    name: 'repository gc',
    summary: 'Remove packages that no kept generation names; without --yes only say which.',
    options: [
      repository,
      { ...channel, description: 'default all' },
      { flags: '--keep <number>', description: 'generations that stay restorable (default 20)' },
      yes,
    ],
    examples: ['lockstep repository gc --repository /srv/channels', 'lockstep repository gc --keep 50 --yes'],
    load: async () => (await import('./repository/upkeep.ts')).gc,
  },
  {
    name: 'repository keys init',
    summary: 'Make keys and sign a repository from now on.',
    options: [
      repository,
      keys,
      { flags: '--root-keys <number>', description: 'how many root keys (default 1)' },
      { flags: '--root-threshold <number>', description: 'how many of them must sign (default 1)' },
      { flags: '--targets-keys <number>', description: 'how many keys sign packages (default 1)' },
      { flags: '--targets-threshold <number>', description: 'how many of them must sign (default 1)' },
    ],
    examples: [
      'lockstep repository keys init --repository /srv/channels --keys ~/lockstep-keys --root-keys 3 --root-threshold 2',
    ],
    load: async () => (await import('./repository/upkeep.ts')).keysInit,
  },
  {
    name: 'repository keys rotate',
    summary: 'Give a role new keys; clients follow by themselves.',
    arguments: [{ name: '<role>', description: 'root, targets, snapshot or timestamp' }],
    options: [repository, keys],
    examples: ['lockstep repository keys rotate timestamp --repository /srv/channels --keys ~/lockstep-keys'],
    load: async () => (await import('./repository/upkeep.ts')).keysRotate,
  },
  {
    name: 'repository sign',
    summary: 'Sign what the channels offer again, before the signatures expire (7 days).',
    options: [repository, keys],
    examples: ['lockstep repository sign --repository /srv/channels --keys ~/lockstep-keys'],
    load: async () => (await import('./repository/upkeep.ts')).sign,
  },
];
