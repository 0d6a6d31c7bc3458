import type { CommandDeclaration } from '../command.ts';

const dir = { name: '[dir]', description: 'folder of families (default ./plugins, else this folder)' };
const what = { name: '[what...]', description: 'FAMILY or FAMILY:TARGET; none: all' };
const recipe = [
  { flags: '--allow-commands', description: 'run commands of a build.py that Lockstep does not do itself' },
  { flags: '--python <program>', description: 'the interpreter for build.py', default: 'python3' },
];
const against = {
  flags: '--against <offer>',
  description: "a channel's folder or URL, or git:REV (default: the tree's channel, else git:HEAD)",
};
const token = { flags: '--token <token>', description: 'for a channel that asks for one (default: $LOCKSTEP_TOKEN)' };

const engine = {
  flags: '--engine <engine>',
  description: "best: the plugins' code and Jinja2 where Python has it; nunjucks or sample: as a machine without",
  choices: ['best', 'nunjucks', 'sample'],
  default: 'best',
};

const newClients = {
  flags: '--new-clients-only',
  description: 'take what old servers and old index builders choke on (else it is an error)',
};

/** For those who write families: build them, keep their versions honest, and try a change at once. */
export const familyCommands: readonly CommandDeclaration[] = [
  {
    name: 'build',
    summary: 'Build every plugin of a tree of families: folders, packages and an index.',
    arguments: [dir, what],
    options: [
      { flags: '--out <dir>', description: 'where packages and index go (default: _build/dev in the tree)' },
      { flags: '--folders <dir>', description: "where the plugins' folders go (default: _build/folders in the tree)" },
      { flags: '--plain-index', description: "write only the old builder's keys into the index" },
      newClients,
      ...recipe,
    ],
    examples: [
      'lockstep build',
      'lockstep build examples/plugins xivo-cisco-spa',
      'lockstep build examples/plugins xivo-cisco-spa:7.5.4 --out /tmp/packages',
    ],
    load: async () => (await import('./family/build.ts')).build,
  },
  {
    name: 'check',
    summary: 'Find the plugins that changed without a higher version, and the files that changed them.',
    arguments: [dir, what],
    options: [
      against,
      { flags: '--staged', description: 'check what is staged in git, not what is in the folder' },
      { flags: '--explain', description: 'for each file, name the plugins whose version it forces up' },
      {
        flags: '--format <format>',
        description: 'how to print the findings',
        choices: ['text', 'json', 'sarif'],
        default: 'text',
      },
      token,
      newClients,
      ...recipe,
    ],
    examples: [
      'lockstep check --against http://provd.example.org/plugins/1/stable/',
      'lockstep check plugins --against plugins/_build/stable --explain',
      'lockstep check --against git:main --format sarif > findings.sarif',
      'lockstep check --staged',
    ],
    load: async () => (await import('./family/check.ts')).check,
  },
  {
    name: 'bump',
    summary: 'Raise the versions that check finds too low; nothing else in the files changes.',
    arguments: [dir, what],
    options: [
      against,
      { flags: '--dev', description: 'testing versions: 0.4 → 0.4.01 → 0.4.02' },
      { flags: '--release', description: 'end testing versions: 0.4.02 → 0.5' },
      { flags: '--part <n>', description: 'raise the n-th part: --part 1 makes 2.0 of 1.4' },
      { flags: '--to <version>', description: 'set this version in the named families or targets' },
      { flags: '--dry-run', description: 'only say what would be done' },
      token,
      newClients,
      ...recipe,
    ],
    examples: [
      'lockstep bump --against plugins/_build/stable',
      'lockstep bump plugins xivo-cisco-spa --against http://provd.example.org/plugins/1/testing/ --dev',
      'lockstep bump plugins xivo-cisco-spa --release',
      'lockstep bump plugins xivo-cisco-spa:7.5.4 --to 0.4.01',
    ],
    load: async () => (await import('./family/bump.ts')).bump,
  },
  {
    name: 'family list',
    summary: 'List the families of a tree.',
    arguments: [dir],
    options: recipe,
    examples: ['lockstep family list', 'lockstep family list examples/plugins --json'],
    load: async () => (await import('./family/list.ts')).list,
  },
  {
    name: 'family show',
    summary: "Show a family's targets, their layers, and which file lands in which plugins.",
    arguments: [{ name: '<family>', description: 'its name, or its folder' }, dir],
    options: recipe,
    examples: ['lockstep family show xivo-cisco-spa', 'lockstep family show examples/plugins/northgate-door'],
    load: async () => (await import('./family/show.ts')).show,
  },
  {
    name: 'family convert',
    summary: 'Write the family.json that builds the same bytes as a build.py.',
    arguments: [{ name: '<family>', description: 'its name, or its folder' }, dir],
    options: [
      { flags: '--write', description: 'write it into the family; remove the build.py afterwards yourself' },
      ...recipe,
    ],
    examples: [
      'lockstep family convert examples/plugins/xivo-cisco-spa',
      'lockstep family convert xivo-cisco-spa plugins --write',
    ],
    load: async () => (await import('./family/convert.ts')).convert,
  },
  {
    name: 'family try',
    summary: 'Have plugins configure sample telephones, and check every file that these would receive.',
    arguments: [
      { name: '[dir]', description: 'folder of families or of plugins (default ./plugins, else this folder)' },
      { name: '[what...]', description: 'FAMILY, FAMILY:TARGET or PLUGIN; none: all' },
    ],
    options: [engine, ...recipe],
    examples: [
      'lockstep family try',
      'lockstep family try examples/plugins xivo-cisco-spa',
      'lockstep family try examples/plugins xivo-cisco-spa-7.5.4 --json',
    ],
    load: async () => (await import('./family/try.ts')).tryFamily,
  },
  {
    name: 'family compare',
    summary: 'Say which telephones would receive other files from new plugins, and what changes in them.',
    arguments: [
      { name: '<old>', description: 'a tree of families, a folder of plugins, a channel by folder or URL, or git:REV' },
      { name: '<new>', description: 'the same' },
    ],
    options: [
      {
        flags: '--devices <from>',
        description: 'the telephones: a file, or an old server by URL, which is only read (default: samples)',
      },
      engine,
      token,
      recipe[1]!,
    ],
    examples: [
      'lockstep family compare git:HEAD plugins',
      'lockstep family compare /var/lib/wazo-provd/plugins http://provd.example.org/plugins/1/stable/ --devices http://localhost:8666/provd',
      'lockstep family compare plugins/_build/stable plugins/_build/dev --devices devices.json --json',
    ],
    load: async () => (await import('./family/compare.ts')).compare,
  },
  {
    name: 'dev',
    summary: 'Watch a family: build, publish to dev, install and reload on a server at every save.',
    arguments: [{ name: '<family>', description: 'its name, or its folder' }, dir],
    options: [
      { flags: '--server <url>', description: 'the server that shall take every change up' },
      {
        flags: '--repository <repository>',
        description: 'where the channel dev lies, if that is not the server: a folder, URL or s3://',
      },
      token,
      ...recipe,
    ],
    examples: [
      'lockstep dev xivo-cisco-spa --server http://localhost:8080',
      'lockstep dev examples/plugins/xivo-cisco-spa --repository ./repository',
    ],
    load: async () => (await import('./family/dev.ts')).dev,
  },
];
