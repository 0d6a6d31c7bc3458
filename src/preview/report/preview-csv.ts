import type { PropertyChange } from '../../upgrade/index.ts';
import type { Preview } from '../preview.ts';
import { losesSomething } from '../server-fate.ts';
import { describeServerValue, showValue } from '../server-title.ts';

const columns = [
  ...['kind', 'owner', 'applications', 'teams', 'process', 'step', 'step type', 'version'],
  ...['server: step', 'server: version', 'server: values', 'server: not known', 'lost on the server'],
  ...['Lockstep: step', 'Lockstep: version', 'Lockstep: values', 'questions', 'change'],
];

/** One row for each step, and one for each thing that could not be read, for a spreadsheet (RFC 4180, UTF-8). */
export function previewCsv(preview: Preview): string {
  const rows = preview.processes.flatMap((process) =>
    process.uses.map((use) => {
      const { activity, from, server, lockstep } = use;
      return [
        ...[process.kind, process.owner ?? '', process.applications.join('; '), process.teams.join('; ')],
        ...[process.name, activity, from.stepType, from.version],
        ...[server.outcome, server.to?.version ?? ''],
        server.values
          .filter(({ kind }) => kind !== 'not-known')
          .map(describeServerValue)
          .join('; '),
        server.values
          .filter(({ kind }) => kind === 'not-known')
          .map(describeServerValue)
          .join('; '),
        losesSomething(use) ? 'yes' : '',
        ...[lockstep.outcome, lockstep.to?.version ?? ''],
        lockstep.properties.map(describeValue).join('; '),
        ...[process.questions.length, process.group],
      ];
    }),
  );
  const applications = preview.applicationProcesses.map(({ application, name, uses }) =>
    padded([
      'application',
      application,
      '',
      '',
      name,
      `${uses} steps`,
      '',
      '',
      'not known',
      '',
      '',
      '',
      '',
      'left as it is',
    ]),
  );
  const unread = preview.unread.map(({ what, reason }) => padded(['not read', what, '', '', reason]));
  return [columns, ...rows, ...applications, ...unread].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function padded(row: readonly string[]): string[] {
  return columns.map((_, index) => row[index] ?? '');
}

/** A text that a spreadsheet would take for a formula is made to stay a text. */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function describeValue({ name, was, kind, before, after }: PropertyChange): string {
  const label = was === null || was === name ? name : `${was} → ${name}`;
  return `${label}: ${kind} ${showValue(before)} → ${showValue(after)}`;
}
