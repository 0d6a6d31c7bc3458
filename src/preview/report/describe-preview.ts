import { formatProblem } from '../../failure/index.ts';
import type { Preview, PreviewProcess, RulesBy } from '../preview.ts';
import { ownerOf } from './by-owner.ts';

/** How many of a kind are spelled out before "and … more". */
const spelledOut = 8;

const decided: Readonly<Record<RulesBy, string>> = {
  chosen: 'as was chosen',
  version: 'by its version',
  configuration: 'by the configuration',
  package: 'by what the plugin requires; the server does not tell its version',
};

/** A preview as a person likes to read it: the two columns in numbers, then each change once, then what is not in it. */
export function describePreview(preview: Preview): string {
  return [...head(preview), ...columns(preview), ...changes(preview), ...gaps(preview)].join('\n');
}

function head({ server, plugin, rules, counts }: Preview): string[] {
  const { components, templates, applications, processes, drafts, requests } = counts;
  const beside = drafts > 0 ? ` (${count(drafts, 'draft')} among them)` : '';
  return [
    `${plugin.name} to version ${plugin.to} on ${server.url}`,
    `  version ${server.version ?? 'not told'} of the server, the rules of ${rules.title} (${decided[rules.by]})`,
    `  installed there: ${plugin.installed ?? 'not by this id or name'}`,
    `  read: ${count(applications, 'application')}, ${count(components, 'component')}, ${count(templates, 'template')}, ${count(processes, 'process')}${beside}, in ${count(requests, 'request')}; nothing was changed`,
  ];
}

function columns({ totals: { server, lockstep }, processes }: Preview): string[] {
  if (processes.length === 0) return ['', 'No process that was read uses this plugin below that version.'];
  const rows: (readonly [string, string | number, string | number])[] = [
    ['', 'that server', 'Lockstep'],
    ['steps carried', server.carried, lockstep.carried],
    ['steps carried, renamed', server.renamed, lockstep.renamed],
    ['steps taken out', server.deleted, lockstep.deleted],
    ['steps left at their version', server.pinned, lockstep.pinned],
    ['steps asked about', '-', lockstep.undecided],
    ['values somebody chose, lost', server.chosenDropped, lockstep.chosenDropped],
    ['values: not known', server.notKnown, '-'],
    ['questions', '-', lockstep.questions],
  ];
  return [
    '',
    `${count(processes.length, 'process')} that use it, with ${count(server.uses, 'step')}:`,
    ...rows.map(
      ([name, there, here]) => `  ${name.padEnd(30)}${String(there).padStart(12)}${String(here).padStart(12)}`,
    ),
  ];
}

function changes({ groups, processes }: Preview): string[] {
  const byId = new Map(processes.map((process) => [process.id, process]));
  return groups.flatMap((group) => {
    const members = group.processes.map((id) => byId.get(id)!);
    return [
      '',
      `${count(members.length, 'process')}${group.lost ? ' · something is lost there' : ''}`,
      `  that server: ${group.server}`,
      `  Lockstep:    ${group.lockstep}`,
      `  ${some(members.map(nameOf))}`,
    ];
  });
}

function nameOf(process: PreviewProcess): string {
  return `${process.name} (${ownerOf(process)})`;
}

function gaps({ applicationProcesses, unread, notKnown, problems }: Preview): string[] {
  const lines: string[] = [];
  if (applicationProcesses.length > 0) {
    const names = applicationProcesses.map(({ application, name, uses }) => `${name} of ${application} (${uses})`);
    lines.push(
      '',
      'Processes of applications that run such steps themselves; Lockstep leaves them as they are, the server’s way is not known',
    );
    lines.push(`  ${some(names)}`);
  }
  if (unread.length > 0) {
    lines.push('', `Not read, so not in this report: ${unread.length}`);
    lines.push(...unread.map(({ what, reason, path }) => `  - ${what}: ${reason} [${path}]`));
  }
  if (problems.length > 0)
    lines.push('', 'About the package', ...problems.map((problem) => `  ! ${formatProblem(problem)}`));
  return [...lines, '', 'Not known of that server', ...notKnown.map((text) => `  · ${text}`)];
}

function count(number: number, word: string): string {
  return `${number} ${number === 1 ? word : `${word}${word.endsWith('s') ? 'es' : 's'}`}`;
}

function some(names: readonly string[]): string {
  const more = names.length - spelledOut;
  return `${names.slice(0, spelledOut).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}
