import { formatProblem } from '../../failure/index.ts';
import type { Preview, PreviewGroup, PreviewProcess, PreviewUse } from '../preview.ts';
import { losesSomething } from '../server-fate.ts';
import { describeServerValue, showValue } from '../server-title.ts';
import { byOwner, ownerOf } from './by-owner.ts';
import { escapeHtml as text } from './escape-html.ts';
import { previewStyle } from './preview-style.ts';

/** A preview as one file that opens anywhere: no script, nothing fetched, every text of the server escaped. */
export function previewHtml(preview: Preview): string {
  const { plugin, server } = preview;
  const title = text(`${plugin.name} to ${plugin.to} on ${server.url}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${previewStyle}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${facts(preview)}
${numbers(preview)}
${gaps(preview)}
<h2>By change</h2>
${preview.groups.map((group) => changeOf(group, preview)).join('\n') || '<p>No process that was read uses this plugin below that version.</p>'}
<h2>By owner</h2>
${byOwner(preview)
  .map(
    (owner) =>
      `<details><summary>${text(owner.title)} <small>${owner.processes.length}${owner.teams.length > 0 ? ` · ${text(owner.teams.join(', '))}` : ''}</small></summary>\n${owner.processes.map(processOf).join('\n')}\n</details>`,
  )
  .join('\n')}
</main>
</body>
</html>
`;
}

function facts({ server, rules, plugin, counts, plan }: Preview): string {
  const entries = [
    ['Server', `${server.url}, version ${server.version ?? 'not told'}`],
    ['Rules', `${rules.title}`],
    ['Installed there', `${plugin.installed ?? 'not by this id or name'}`],
    [
      'Read',
      `${counts.applications} applications, ${counts.components} components, ${counts.templates} templates, ${counts.processes} processes${counts.drafts > 0 ? `, drafts among them: ${counts.drafts}` : ''}; nothing was changed`,
    ],
    ['Made', `${plan.createdAt} by ${plan.createdBy}`],
  ] as const;
  return `<dl>${entries.map(([name, value]) => `<dt>${name}</dt><dd>${text(value)}</dd>`).join('')}</dl>`;
}

function numbers({ totals: { server, lockstep } }: Preview): string {
  const rows: (readonly [string, number | null, number | null])[] = [
    ['Steps carried', server.carried, lockstep.carried],
    ['Carried under another name', server.renamed, lockstep.renamed],
    ['Taken out', server.deleted, lockstep.deleted],
    ['Left at their version', server.pinned, lockstep.pinned],
    ['Asked about', null, lockstep.undecided],
    ['Values somebody chose, lost', server.chosenDropped, lockstep.chosenDropped],
    ['Values: not known', server.notKnown, null],
    ['Questions', null, lockstep.questions],
  ];
  const shown = (value: number | null): string => (value === null ? '–' : String(value));
  return `<table><thead><tr><th></th><th>That server</th><th>Lockstep</th></tr></thead><tbody>${rows
    .map(
      ([name, there, here]) => `<tr><th scope="row">${name}</th><td>${shown(there)}</td><td>${shown(here)}</td></tr>`,
    )
    .join('')}</tbody></table>`;
}

function gaps({ unread, applicationProcesses, notKnown, problems }: Preview): string {
  const list = (title: string, items: readonly string[], kind: string): string =>
    items.length === 0
      ? ''
      : `<section class="${kind}"><h2>${title}</h2><ul>${items.map((item) => `<li>${text(item)}</li>`).join('')}</ul></section>`;
  return [
    list(
      'Not read, so not in this report',
      unread.map(({ what, reason }) => `${what}: ${reason}`),
      'lost',
    ),
    list(
      'Processes of applications that run such steps themselves',
      applicationProcesses.map(
        ({ application, name, uses }) =>
          `${name} of ${application}: ${uses} steps; Lockstep leaves them, the server’s way is not known`,
      ),
      'unsure',
    ),
    list('About the package', problems.map(formatProblem), 'unsure'),
    list('Not known of that server', notKnown, 'unsure'),
  ].join('\n');
}

function changeOf(group: PreviewGroup, { processes }: Preview): string {
  const members = new Set(group.processes);
  const of = processes.filter(({ id }) => members.has(id));
  return `<details${group.lost ? ' class="lost"' : ''}><summary>${of.length === 1 ? '1 process' : `${of.length} processes`}</summary>
<div class="two"><div><h3>That server</h3><p>${text(group.server)}</p></div><div><h3>Lockstep</h3><p>${text(group.lockstep)}</p></div></div>
<ul>${of.map((process) => `<li>${text(process.name)} <small>${text(ownerOf(process))}</small></li>`).join('')}</ul>
</details>`;
}

function processOf(process: PreviewProcess): string {
  const notes = [...process.questions.map((one) => `? ${one}`), ...process.warnings.map((one) => `! ${one}`)];
  return `<h3>${text(process.name)}</h3>
<table><thead><tr><th>Step</th><th>That server</th><th>Lockstep</th></tr></thead><tbody>${process.uses.map(useOf).join('')}</tbody></table>
${notes.length > 0 ? `<ul>${notes.map((note) => `<li>${text(note)}</li>`).join('')}</ul>` : ''}`;
}

function useOf(use: PreviewUse): string {
  const { activity, from, server, lockstep } = use;
  const there = [
    `${server.outcome}${server.to ? ` to ${server.to.version}` : ''}`,
    ...server.values.map(describeServerValue),
  ];
  const here = [
    `${lockstep.outcome}${lockstep.to ? ` to ${lockstep.to.version}` : ''} [${lockstep.rule}]`,
    ...lockstep.properties.map(
      ({ name, was, kind, before, after }) =>
        `${was === null || was === name ? name : `${was} → ${name}`}: ${kind}, ${showValue(before)} → ${showValue(after)}`,
    ),
  ];
  const cell = (lines: readonly string[]): string => `<td>${lines.map(text).join('<br>')}</td>`;
  return `<tr${losesSomething(use) ? ' class="lost"' : ''}><th scope="row">${text(activity)}<br><small>${text(from.stepType)} ${from.version}</small></th>${cell(there)}${cell(here)}</tr>`;
}
