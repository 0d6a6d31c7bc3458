import { Autocomplete, Button, Checkbox, Group, Stack, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { ProcessSummary } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import table from '../../parts/data-table.module.css';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Monogram } from '../../parts/monogram.tsx';
import { type Chosen, useChosen } from '../../parts/use-chosen.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { downloadExport } from './download-export.ts';
import classes from './process-table.module.css';

interface ProcessTableProperties {
  readonly processes: readonly ProcessSummary[];
  readonly total: number;
}

export function ProcessTable({ processes, total }: ProcessTableProperties) {
  const { say } = useText();
  const { may } = useSession();
  const chosen = useChosen();
  const download = useMutation({ mutationFn: (ids: string[] | null) => downloadExport(ids, 'processes') });
  if (processes.length === 0) return <p className={table['empty']}>{say('processes.none')}</p>;
  const ids = processes.map(({ id }) => id);
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {chosen.ids.size > 0 && <span>{say('plugins.chosen', { count: chosen.ids.size })}</span>}
        <Button
          variant="default"
          size="compact-sm"
          disabled={chosen.ids.size === 0}
          loading={download.isPending}
          onClick={() => download.mutate([...chosen.ids])}
        >
          {say('processes.exportChosen', { count: chosen.ids.size })}
        </Button>
        <Button variant="default" size="compact-sm" loading={download.isPending} onClick={() => download.mutate(null)}>
          {say('processes.exportAll')}
        </Button>
        {may('process-edit') && chosen.ids.size > 0 && <LabelChosen chosen={chosen} />}
      </Group>
      {download.error && <Failure error={download.error} />}
      <DataTable
        label={say('menu.processes')}
        total={total}
        columns={[
          <Checkbox
            key="all"
            aria-label={say('plugins.chooseAll')}
            checked={ids.every((id) => chosen.ids.has(id))}
            indeterminate={chosen.ids.size > 0 && !ids.every((id) => chosen.ids.has(id))}
            onChange={() => chosen.toggleAll(ids)}
          />,
          say('processes.name'),
          say('processes.kind'),
          say('processes.uses'),
          say('labels.labels'),
          say('processes.version'),
          say('processes.changed'),
        ]}
      >
        {processes.map((process) => (
          <ProcessRow key={process.id} process={process} chosen={chosen} />
        ))}
      </DataTable>
    </Stack>
  );
}

function ProcessRow({ process, chosen }: { readonly process: ProcessSummary; readonly chosen: Chosen }) {
  const { say } = useText();
  const { id, name, owner, description } = process;
  return (
    <Table.Tr data-process={id} data-row="" aria-selected={chosen.ids.has(id)}>
      <Table.Td w={36}>
        <Checkbox
          aria-label={say('processes.chooseWhich', { name })}
          checked={chosen.ids.has(id)}
          onChange={() => chosen.toggle(id)}
        />
      </Table.Td>
      <Table.Td>
        <span className={table['name']}>
          <Link to="/processes/$id" params={{ id }}>
            {owner ? `${owner} / ${name}` : name}
          </Link>
          {process.unresolved && <Chip tone="care">{say('processes.unresolved')}</Chip>}
          {description !== '' && (
            <span className={table['note']} title={description}>
              {description}
            </span>
          )}
        </span>
      </Table.Td>
      <Table.Td>{say(`processes.kind.${process.kind}`)}</Table.Td>
      <Table.Td>
        <span className={table['chips']}>
          {process.plugins.map((plugin) => (
            <span key={`${plugin.id} ${plugin.name} ${plugin.version}`} className={classes['plugin']}>
              <Monogram name={plugin.name || (plugin.id ?? '')} size="small" /> {plugin.name || plugin.id}{' '}
              {plugin.version}
            </span>
          ))}
        </span>
      </Table.Td>
      <Table.Td>
        {process.labels.length > 0 && (
          <span className={table['chips']}>
            {process.labels.map((label) => (
              <Chip key={label} line>
                {label}
              </Chip>
            ))}
          </span>
        )}
      </Table.Td>
      <Table.Td data-label={say('processes.version')}>{process.version}</Table.Td>
      <Table.Td>
        <Moment at={process.changedAt} />, {process.changedBy}
      </Table.Td>
    </Table.Tr>
  );
}

/** Gives all that are chosen one more label, or takes it from them. */
function LabelChosen({ chosen }: { readonly chosen: Chosen }) {
  const { say } = useText();
  const client = useQueryClient();
  const [label, setLabel] = useState('');
  const known = useQuery({ queryKey: ['processes', 'labels'], queryFn: () => api.processes.listLabels() });
  const change = useMutation({
    mutationFn: (how: 'give' | 'take') =>
      api.processes.changeLabels({ body: { processes: [...chosen.ids], [how]: label.trim() } }),
    onSuccess: () => setLabel(''),
    onSettled: () => client.invalidateQueries({ queryKey: ['processes'] }),
  });
  return (
    <>
      <Autocomplete
        aria-label={say('labels.give')}
        placeholder={say('labels.give')}
        value={label}
        data={known.data?.map((one) => one.label) ?? []}
        w={160}
        onChange={setLabel}
      />
      {(['give', 'take'] as const).map((how) => (
        <Button
          key={how}
          size="compact-sm"
          variant="default"
          disabled={label.trim() === ''}
          loading={change.isPending && change.variables === how}
          onClick={() => change.mutate(how)}
        >
          {say(how === 'give' ? 'labels.giveTo' : 'labels.takeFrom', { count: chosen.ids.size })}
        </Button>
      ))}
      {change.error && <Failure error={change.error} />}
    </>
  );
}
