import { describe, expect, it } from 'vitest';
import type { CommandDeclaration, OptionDeclaration } from '../src/cli/command.ts';
import { commands } from '../src/cli/commands/index.ts';

const intro = `# Commands

<!-- Written from src/cli/commands by test/cli-page.test.ts; after a change there: npx vitest run test/cli-page.test.ts -u -->

Results go to stdout, progress and questions to stderr. Every command takes \`--json\`, which prints the result as one JSON
value, and \`--help\`. What changes much shows it first and asks; \`--yes\` answers. Exit codes and error codes: [errors.md](errors.md).

Commands marked *data* work at a server or in a data folder, and everywhere decide alike which: \`--server URL\`, else
\`--data DIR\`, else \`LOCKSTEP_SERVER\`, else \`LOCKSTEP_DATA\`, else \`./lockstep-data\`. \`--server\` and \`--data\` together are an
error. With a server goes \`--token TOKEN\` (better: \`LOCKSTEP_TOKEN\`), with a folder \`--database URL\` (\`LOCKSTEP_DATABASE\`:
\`postgres://…\` instead of SQLite in it). One that changes something says first where. Those marked *folder* cannot be asked of a
server. Reading data that are not there is an error (8); only \`serve\`, \`plugin install\`, \`process import\`, \`restore\` and \`move\`
begin a data folder. While a server runs on a data folder, commands that change the folder itself say \`data-busy\`. The history
names \`LOCKSTEP_USER\`, else the login name, and at a server whoever the token belongs to.
`;

const topics: Readonly<Record<string, string>> = {
  family: 'Families: build, check, raise versions',
  authoring: 'Plugins before they are published',
  repository: 'Repositories and channels',
  plugin: 'Plugins',
  process: 'Processes and snapshots',
  upgrade: 'Upgrades',
  run: 'Runs and agents',
  server: 'The server and its upkeep',
};

function topicOf({ name }: CommandDeclaration): string {
  const [first = ''] = name.split(' ');
  if (['plugin lint', 'plugin prove', 'upgrade propose'].includes(name)) return 'authoring';
  if (['build', 'check', 'bump', 'family', 'dev'].includes(first)) return 'family';
  if (first === 'plugin' || first === 'upgrade') return first;
  if (first === 'preview') return 'upgrade';
  if (first === 'process' || first === 'snapshot') return 'process';
  if (first === 'run' || first === 'agent') return 'run';
  if (/^(init|package|index|promote|yank|channel|repository)$|^(up|down)load/.test(first)) return 'repository';
  return 'server';
}

function pageOf(declarations: readonly CommandDeclaration[]): string {
  const chapters = Object.entries(topics).map(([topic, title]) => {
    const sections = declarations.filter((declaration) => topicOf(declaration) === topic).map(sectionOf);
    return `## ${title}\n\n${sections.join('\n')}`;
  });
  return `${intro}\n${whereTable(declarations)}\n${chapters.join('\n')}`;
}

/** Every command once, by where it acts. */
function whereTable(declarations: readonly CommandDeclaration[]): string {
  const rows: [string, (declaration: CommandDeclaration) => boolean][] = [
    ['reads at a server or in a folder', ({ data, folderOnly }) => data === 'read' && !folderOnly],
    ['changes a server or a folder', ({ data, folderOnly }) => data === 'change' && !folderOnly],
    ['changes them, and may begin a folder', ({ data, folderOnly }) => data === 'make' && !folderOnly],
    ['a data folder alone', ({ data, folderOnly }) => data !== undefined && Boolean(folderOnly)],
    ['files, channels, or what it names itself', ({ data }) => data === undefined],
  ];
  const lines = rows.map(([where, fits]) => {
    const names = declarations.filter(fits).map(({ name }) => `\`${name}\``);
    return `| ${where} | ${names.join(', ')} |`;
  });
  return ['## Where each command acts', '', '| where | commands |', '|---|---|', ...lines, ''].join('\n');
}

function sectionOf(declaration: CommandDeclaration): string {
  const { name, summary, arguments: given = [], options = [], examples, data, folderOnly } = declaration;
  const usage = ['lockstep', name, ...given.map((argument) => argument.name)].join(' ');
  const items = [
    ...given.map(({ name: word, description }) => `- \`${word}\` ${description}`),
    ...options.map((option) => `- \`${option.flags}\` ${describeOption(option)}`),
  ];
  return [
    `### \`${usage}\``,
    '',
    `${summary.replace(/\.$/, '')}.${data === undefined ? '' : folderOnly === undefined ? ' *data*' : ' *folder*'}`,
    '',
    ...(items.length > 0 ? [...items, ''] : []),
    '```sh',
    ...examples,
    '```',
    '',
  ].join('\n');
}

function describeOption({ description, choices, default: initial }: OptionDeclaration): string {
  const words = choices ? `; ${choices.join(', ')}` : '';
  return `${description}${words}${typeof initial === 'string' ? ` (default ${initial})` : ''}`;
}

/** What an example writes with two hyphens, up to what is only an answer for a step (`--` in quotes). */
function flagsIn(example: string): string[] {
  const plain = example.replace(/"[^"]*"|'[^']*'/g, 'TEXT');
  return [...plain.matchAll(/ (--?[a-z][a-z-]*)/g)].map(([, flag = '']) => flag);
}

describe('docs/cli.md', () => {
  it('is what the commands declare', async () => {
    await expect(pageOf(commands)).toMatchFileSnapshot('../docs/cli.md');
  });

  it.each(commands.map((command) => [command.name, command] as const))(
    '%s has an example, and its examples use what it declares',
    (name, { examples, options = [], data }) => {
      expect(examples.length).toBeGreaterThan(0);
      const declared = options.flatMap(({ flags }) =>
        [...flags.matchAll(/(?:^|, )(--?[a-z-]+)/g)].map(([, flag]) => flag),
      );
      const known = [...declared, '--json', ...(data ? ['--server', '--token', '--data', '--database'] : [])];
      for (const example of examples) {
        expect(example.startsWith(`lockstep ${name}`), example).toBe(true);
        for (const flag of flagsIn(example)) expect(known, example).toContain(flag);
      }
    },
  );
});
