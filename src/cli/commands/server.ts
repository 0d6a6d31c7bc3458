import type { CommandDeclaration, OptionDeclaration } from '../command.ts';

const server: OptionDeclaration = {
  flags: '--server <url>',
  description: 'a running server (LOCKSTEP_SERVER); else the data folder',
};
const token: OptionDeclaration = { flags: '--token <token>', description: 'for the server (better: LOCKSTEP_TOKEN)' };
/** A command that works with a running server, or with the data folder where none is named. */
export const remote = [server, token];
const role: OptionDeclaration = {
  flags: '--role <role>',
  description: 'what the user may do',
  choices: ['viewer', 'process-owner', 'plugin-manager', 'admin'],
};

/** Running a server and looking after it. */
export const serverCommands: readonly CommandDeclaration[] = [
  {
    name: 'serve',
    summary: 'Run a server: API, page, channels, and the old APIs.',
    options: [
      { flags: '--config <file>', description: 'YAML, JSON or an old provd.conf (LOCKSTEP_CONFIG)' },
      { flags: '--data <dir>', description: 'data folder (default ./lockstep-data)' },
      { flags: '--database <url>', description: 'postgres://…, instead of SQLite in the data folder' },
      { flags: '--host <address>', description: 'address to listen at (default 127.0.0.1)' },
      { flags: '--port <port>', description: '0: any free one (default 8667)' },
      {
        flags: '--repository <place>',
        description: 'folder or s3://bucket/prefix whose channels are served (default: in the data folder)',
      },
      { flags: '--keys <dir>', description: 'folder of signing keys, for what is published here (LOCKSTEP_KEYS)' },
      { flags: '--plugin-server <url>', description: 'the channel whose plugins this server offers' },
      { flags: '--web <dir>', description: 'folder of the built page' },
      { flags: '--check', description: 'read the configuration, print it and end' },
    ],
    examples: [
      'lockstep serve',
      'lockstep serve --config /etc/lockstep/lockstep.yaml',
      'lockstep serve --port 0 --plugin-server https://plugins.example.org/plugins/1/stable/',
    ],
    load: async () => (await import('./server/serve.ts')).serve,
  },
  {
    name: 'shell',
    summary: 'An interactive prompt for a server: plugins, parameters, processes, plans, runs.',
    options: [...remote, { flags: '-c, --code <code>', description: 'run this line and end' }],
    usesData: true,
    examples: [
      'lockstep shell',
      'lockstep shell --server http://127.0.0.1:8667',
      `lockstep shell -c "plugins.reload('xivo-cisco-spa-7.5.4')"`,
    ],
    load: async () => (await import('./server/shell.ts')).shell,
  },
  {
    name: 'user list',
    summary: 'Everybody who may sign in.',
    options: remote,
    usesData: true,
    examples: ['lockstep user list'],
    load: async () => (await import('./server/user.ts')).listUsers,
  },
  {
    name: 'user create',
    summary: 'Add a user; asks for a password, or leaves it to tokens.',
    arguments: [{ name: '<name>', description: 'letters, digits, . _ @ -' }],
    options: [role, { flags: '--no-password', description: 'only tokens sign this user in' }, ...remote],
    usesData: true,
    examples: ['lockstep user create ada --role plugin-manager --no-password'],
    load: async () => (await import('./server/user.ts')).createUser,
  },
  {
    name: 'user change',
    summary: "Change a user's role or password, disable or enable.",
    arguments: [{ name: '<name>', description: 'the user' }],
    options: [
      role,
      { flags: '--password', description: 'ask for a new password' },
      { flags: '--disable', description: 'sessions and tokens count no more' },
      { flags: '--enable', description: 'they count again' },
      ...remote,
    ],
    usesData: true,
    examples: ['lockstep user change ada --role admin', 'lockstep user change bob --disable'],
    load: async () => (await import('./server/user.ts')).changeUser,
  },
  {
    name: 'user remove',
    summary: 'Remove a user with tokens and sessions.',
    arguments: [{ name: '<name>', description: 'the user' }],
    options: [{ flags: '--yes', description: 'do not ask' }, ...remote],
    usesData: true,
    examples: ['lockstep user remove bob --yes'],
    load: async () => (await import('./server/user.ts')).removeUser,
  },
  {
    name: 'token list',
    summary: 'Tokens, without their secrets.',
    options: [{ flags: '--all', description: "everybody's" }, ...remote],
    usesData: true,
    examples: ['lockstep token list --all'],
    load: async () => (await import('./server/token.ts')).listTokens,
  },
  {
    name: 'token create',
    summary: 'Make a token; its secret is shown this once.',
    arguments: [{ name: '<label>', description: 'what it is for' }],
    options: [
      { flags: '--user <name>', description: 'whose it is (default: the first admin, or oneself)' },
      { flags: '--scope <permission>', description: 'limit it to this permission', repeatable: true },
      { flags: '--days <days>', description: 'how long it counts; 0: for ever (default 90)' },
      ...remote,
    ],
    usesData: true,
    examples: [
      'lockstep token create "build machine" --scope channel-publish',
      'lockstep token create laptop --user ada --days 30',
    ],
    load: async () => (await import('./server/token.ts')).createToken,
  },
  {
    name: 'token revoke',
    summary: 'Make a token worthless at once.',
    arguments: [{ name: '<id>', description: 'as `token list` shows it' }],
    options: remote,
    usesData: true,
    examples: ['lockstep token revoke aB3dE5fG7hI9'],
    load: async () => (await import('./server/token.ts')).revokeToken,
  },
  {
    name: 'backup',
    summary: 'Write a data folder into one file, also while a server runs on it.',
    arguments: [{ name: '<file>', description: 'to write, such as lockstep.tar.zst' }],
    usesData: true,
    examples: ['lockstep backup /backups/lockstep.tar.zst --data /var/lib/lockstep'],
    load: async () => (await import('./server/backup.ts')).backup,
  },
  {
    name: 'restore',
    summary: 'Make a data folder from a backup; the folder must not exist yet or be empty.',
    arguments: [{ name: '<file>', description: 'what `backup` wrote' }],
    usesData: true,
    examples: ['lockstep restore /backups/lockstep.tar.zst --data /var/lib/lockstep'],
    load: async () => (await import('./server/restore.ts')).restore,
  },
  {
    name: 'move',
    summary: 'Copy all data to another place: SQLite to PostgreSQL, back, or another folder.',
    options: [
      { flags: '--from <dir>', description: 'data folder to read; it stays as it is' },
      { flags: '--from-database <url>', description: 'postgres://… where its database is not in the folder' },
      { flags: '--to <dir>', description: 'data folder to write (default: the same folder)' },
      { flags: '--to-database <url>', description: 'postgres://… of an empty database' },
      { flags: '--yes', description: 'do not ask' },
    ],
    examples: [
      'lockstep move --from /var/lib/lockstep --to-database postgres://lockstep@db.example.org/lockstep',
      'lockstep move --from /srv/one --from-database postgres://lockstep@db.example.org/lockstep --to /var/lib/lockstep',
    ],
    load: async () => (await import('./server/move.ts')).move,
  },
  {
    name: 'doctor',
    summary: 'Check a data folder and say what is wrong; changes nothing.',
    usesData: true,
    examples: ['lockstep doctor --data /var/lib/lockstep'],
    load: async () => (await import('./server/doctor.ts')).doctor,
  },
  {
    name: 'completion',
    summary: 'Print the completion script of a shell.',
    arguments: [{ name: '<shell>', description: 'bash, zsh or fish' }],
    examples: [
      'lockstep completion bash > /etc/bash_completion.d/lockstep',
      'lockstep completion zsh > "${fpath[1]}/_lockstep"',
      'lockstep completion fish > ~/.config/fish/completions/lockstep.fish',
    ],
    load: async () => (await import('./server/completion.ts')).completion,
  },
];
