import { Button, Group, Stack, Table } from '@mantine/core';
import type { PreviewReport } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Panel } from '../../parts/panel.tsx';
import { saveText } from '../../parts/save-text.ts';
import { useText } from '../../text/index.tsx';
import classes from './preview-page.module.css';
import type { Read } from './read-server.ts';

/** What came of it: both ways beside each other, equal changes together, and what nobody knows. */
export function PreviewShown({ read: { report, files } }: { readonly read: Read }) {
  const { say } = useText();
  const { plugin, server, rules, counts, groups, notKnown, unread, applicationProcesses } = report;
  const title = say('preview.of', {
    name: plugin.name,
    from: plugin.installed ?? '?',
    to: plugin.to,
    host: new URL(server.url).host,
  });
  const file = `preview-${new URL(server.url).hostname}`;
  return (
    <Stack aria-label={title} component="section">
      <Panel
        title={title}
        fact={<Chip line>{say('preview.rules', { rules })}</Chip>}
        aside={
          <Group gap={6}>
            <SaveButton name={`${file}.html`} type="text/html" text={files.html} />
            <SaveButton name={`${file}.csv`} type="text/csv" text={files.csv} />
            <SaveButton name={`${file}.json`} type="application/json" text={files.json} />
          </Group>
        }
      >
        <p className={classes['read']}>{say('preview.read', counts)}</p>
        <Totals totals={report.totals} />
      </Panel>
      <Panel title={say('preview.groups')} fact={<Chip>{groups.length}</Chip>}>
        {groups.length === 0 ? (
          <p className={classes['read']}>{say('preview.none')}</p>
        ) : (
          <DataTable
            flat
            label={say('preview.groups')}
            columns={[say('preview.there'), say('preview.here'), say('preview.processes')]}
          >
            {groups.map(({ id, server: there, lockstep: here, lost, processes }) => (
              <Table.Tr key={id} data-row="">
                <Table.Td data-wide="">
                  <span lang="en">{there}</span> {lost && <Chip tone="bad">{say('preview.lost')}</Chip>}
                </Table.Td>
                <Table.Td data-wide="" lang="en">
                  {here}
                </Table.Td>
                <Table.Td data-wide="">
                  <details>
                    <summary>{say('plan.processCount', { count: processes.length })}</summary>
                    {processes.slice(0, most).join(', ')}{' '}
                    {processes.length > most && say('preview.more', { count: processes.length - most })}
                  </details>
                </Table.Td>
              </Table.Tr>
            ))}
          </DataTable>
        )}
      </Panel>
      <Lines title={say('preview.unread')} lines={unread.map(({ what, reason }) => `${what}: ${reason}`)} />
      <Lines title={say('preview.applications')} lines={applicationProcesses} />
      <Lines title={say('preview.notKnown')} lines={notKnown} />
    </Stack>
  );
}

/** Names of a group that are shown; the files have all. */
const most = 50;

const rows = ['uses', 'carried', 'renamed', 'deleted', 'pinned', 'chosenDropped'] as const;

function Totals({ totals: { server, lockstep } }: { readonly totals: PreviewReport['totals'] }) {
  const { say, number } = useText();
  const all = [
    ...rows.map((name) => [say(`preview.${name}`), server[name], lockstep[name]] as const),
    [say('preview.open'), server.notKnown, lockstep.questions] as const,
  ];
  return (
    <DataTable
      flat
      label={say('preview.title')}
      columns={[say('preview.what'), say('preview.there'), say('preview.here')]}
    >
      {all.map(([name, there, here]) => (
        <Table.Tr key={name} data-row="">
          <Table.Td>{name}</Table.Td>
          <Table.Td data-label={say('preview.there')}>{number(there)}</Table.Td>
          <Table.Td data-label={say('preview.here')}>{number(here)}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <Panel title={title} fact={<Chip>{lines.length}</Chip>}>
      <ul className={classes['lines']} lang="en">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Panel>
  );
}

function SaveButton({ name, type, text }: { readonly name: string; readonly type: string; readonly text: string }) {
  return (
    <Button variant="default" size="compact-sm" onClick={() => saveText(text, name, type)}>
      {name.split('.').at(-1)?.toUpperCase()}
    </Button>
  );
}
