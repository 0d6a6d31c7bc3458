/** The chapters of `lockstep --help`: commands by what one is about to do, those for a first day first. */
export const chapters: readonly { readonly title: string; readonly words: readonly string[] }[] = [
  { title: 'Start here', words: ['demo', 'serve', 'init', 'plugin'] },
  { title: 'Upgrades and the processes that they change', words: ['upgrade', 'process', 'snapshot', 'activity'] },
  { title: 'Runs', words: ['run', 'agent'] },
  { title: 'Families: build, check, raise versions', words: ['family', 'build', 'check', 'bump', 'dev', 'preview'] },
  {
    title: 'Repositories and channels',
    words: ['channel', 'repository', 'upload', 'promote', 'yank', 'index', 'package', 'download'],
  },
  {
    title: 'Looking after a server',
    words: ['doctor', 'prune', 'backup', 'restore', 'move', 'adopt', 'user', 'token', 'shell'],
  },
  { title: 'On this machine', words: ['completion', 'lsp'] },
];

/** What stands behind `plugin`, `run`, … which are no commands by themselves. */
export const groups: Readonly<Record<string, string>> = {
  plugin: 'Plugins: write one, try it, install, upgrade, look for more',
  process: 'Processes: import, export, show, compare, where something is used',
  snapshot: 'Versions of processes that no upgrade touches',
  upgrade: 'What a new version does to every process: plan, answer, apply, undo',
  family: 'Families of a tree: list, show, convert',
  channel: 'Channels of a repository: list, show, compare, history, put back',
  repository: 'A repository itself: serve, sign, verify, clean up',
  'repository keys': 'Keys that sign channels',
  agent: 'Machines that execute steps: start, list, drain',
  run: 'Runs of processes: request, watch, list, retry, cancel',
  token: 'Tokens that sign programs in',
  user: 'People who may sign in',
};

/** The chapter of a first word; those of the old Makefile (`upload-stable`) stand with what they are short for. */
export function chapterOf(word: string): string {
  const meant = word.replace(/-(stable|archive)$/, '');
  return `${chapters.find(({ words }) => words.includes(meant))?.title ?? 'More'}:`;
}

/** In the order of the chapters and of the words in each. */
export function inChapters<Named extends { readonly name: string }>(commands: readonly Named[]): readonly Named[] {
  const order = chapters.flatMap(({ words }) => words);
  const placeOf = ({ name }: Named): number => order.indexOf(name.split(' ', 1)[0]!.replace(/-(stable|archive)$/, ''));
  return commands.toSorted((one, other) => placeOf(one) - placeOf(other));
}

export const firstSteps = [
  '',
  'Examples:',
  '  $ lockstep demo                                      an example upgrade, in the browser',
  '  $ lockstep plugin new greetings                      a plugin of your own, with tests',
  '  $ lockstep plugin lint greetings/plugin              what is wrong with it',
  '  $ lockstep serve --data data                         a server with page and API',
  '  $ lockstep upgrade plan PLUGIN --server URL          what a new version would do to every process',
  '',
  '`lockstep COMMAND --help` has options and examples; docs/README.md tells more.',
].join('\n');
