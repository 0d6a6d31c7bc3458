import type { CommandDeclaration, OptionDeclaration } from './command.ts';
import { chapters, groups } from './help-chapters.ts';

/** Manual pages by file name, made from the declarations alone: `lockstep.1` and one for each first word. */
export function manPages(commands: readonly CommandDeclaration[], version: string): ReadonlyMap<string, string> {
  const first = [...new Set(commands.map(({ name }) => name.split(' ', 1)[0]!))];
  const of = (word: string) => commands.filter(({ name }) => name.split(' ', 1)[0] === word);
  const aboutOf = (word: string) => groups[word] ?? of(word).find(({ name }) => name === word)?.summary ?? '';
  const pages = first.map((word) => {
    const title = `lockstep-${word}`;
    const sections = of(word).flatMap(section);
    return [`${title}.1`, page(title, version, aboutOf(word), [...sections, ...seeAlso(['lockstep'])])] as const;
  });
  const overview = [
    '.SH SYNOPSIS',
    '.B lockstep',
    '.I command',
    '[\\fIoptions\\fR]',
    ...chapters.flatMap(({ title, words }) => [
      `.SH ${quote(title.toUpperCase())}`,
      ...words.flatMap((word) => ['.TP', `.B ${asText(word)}`, asText(aboutOf(word))]),
    ]),
    '.SH ENVIRONMENT',
    ...['LOCKSTEP_SERVER', 'LOCKSTEP_TOKEN', 'LOCKSTEP_DATA', 'HTTP_PROXY, HTTPS_PROXY, NO_PROXY', 'NO_COLOR'].flatMap(
      (name, index) => ['.TP', `.B ${name}`, environment[index]!],
    ),
    ...seeAlso(first.map((word) => `lockstep-${word}`)),
  ];
  const about = 'keeps plugins and everything built on them in step';
  return new Map([['lockstep.1', page('lockstep', version, about, overview)], ...pages]);
}

const environment = [
  'The server that commands ask.',
  'Signs in there.',
  'The data folder in which commands work where no server is named.',
  'Proxies for what goes out.',
  'No colour, whatever the terminal can.',
];

function page(title: string, version: string, about: string, body: readonly string[]): string {
  const head = [`.TH ${quote(title.toUpperCase())} 1 "" ${quote(`Lockstep ${version}`)}`, '.SH NAME'];
  return `${[...head, `${asText(title)} \\- ${asText(about.replace(/\.$/, ''))}`, ...body].join('\n')}\n`;
}

function section({ name, summary, arguments: given = [], options = [], examples, data }: CommandDeclaration): string[] {
  const usage = given.map(({ name: word }) => `\\fI${asText(word)}\\fR`).join(' ');
  const where: OptionDeclaration[] = data
    ? [{ flags: '--server <url>, --data <dir>', description: 'where: a running server, or a data folder' }]
    : [];
  const json = { flags: '--json', description: 'print the result as JSON' };
  return [
    `.SH ${quote(`lockstep ${name}`)}`,
    asText(summary),
    '.PP',
    `\\fBlockstep ${asText(name)}\\fR ${usage}`,
    ...given.flatMap(({ name: word, description }) => ['.TP', `.I ${quote(word)}`, asText(description)]),
    ...[...options, ...where, json].flatMap(({ flags, description }) => [
      '.TP',
      `.B ${quote(flags)}`,
      asText(description),
    ]),
    '.PP',
    'Examples:',
    '.nf',
    ...examples.map(asText),
    '.fi',
  ];
}

function seeAlso(names: readonly string[]): string[] {
  return ['.SH "SEE ALSO"', names.map((name) => `\\fB${asText(name)}\\fR(1)`).join(', ')];
}

/** A line that is text, whatever it begins with and in whichever letters it is. */
function asText(text: string): string {
  const written = (letter: string): string =>
    `\\[u${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/[^ -~\n]/gu, written)
    .replace(/^(?=[.'])/gm, '\\&');
}

function quote(text: string): string {
  return `"${asText(text).replaceAll('"', '\\(dq')}"`;
}
