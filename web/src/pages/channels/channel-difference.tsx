import { Button, Checkbox, Group, Stack, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { OfferDifference } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { askWhy } from '../../parts/confirm.tsx';
import table from '../../parts/data-table.module.css';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FoldButton } from '../../parts/fold-button.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Monogram } from '../../parts/monogram.tsx';
import { Panel, PanelEmpty } from '../../parts/panel.tsx';
import type { Tone } from '../../parts/tone.ts';
import { type Chosen, useChosen } from '../../parts/use-chosen.ts';
import { VersionChanges } from '../../parts/version-changes.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { PromotedTelephones } from './promoted-telephones.tsx';

interface Between {
  readonly from: string;
  readonly to: string;
}

const tones = {
  newer: 'active',
  'only-left': 'well',
  older: 'care',
  'only-right': 'quiet',
  'same-version-other-bytes': 'bad',
} as const satisfies Record<string, Tone>;

/** What two channels offer differently, by family, with what changed in each; promotion takes the very bytes that were tried. */
export function ChannelDifference({ from, to }: Between) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const chosen = useChosen();
  const [telephones, setTelephones] = useState(false);
  const query = useQuery({
    queryKey: ['channels', 'difference', from, to],
    queryFn: () => api.channels.diffChannels({ query: { from, to } }),
  });
  const promote = useMutation({
    mutationFn: (asked: { readonly select: string[]; readonly why: string }) =>
      api.channels.promote({ body: { from, to, ...asked } }),
    onSuccess: () => {
      chosen.clear();
      return client.invalidateQueries({ queryKey: ['channels'] });
    },
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const differences = query.data;
  if (differences.length === 0)
    return (
      <Panel title={say('channels.difference')}>
        <PanelEmpty>{say('channels.same')}</PanelEmpty>
      </Panel>
    );
  const ahead = differences.filter(({ relation }) => relation === 'newer' || relation === 'only-left');
  const wanted = chosen.ids.size > 0 ? differences.filter(({ id }) => chosen.ids.has(id)) : ahead;
  const ask = async (): Promise<void> => {
    const why = await askWhy({
      title: say('channels.promoteTitle', { from, to }),
      sentence: say('channels.promoteSure', {
        count: wanted.length,
        to,
        what: wanted.map(({ id, left, right }) => `${id} ${right === null ? '' : `${right} → `}${left}`).join(', '),
      }),
      reason: say('channels.why'),
      act: say('channels.promote'),
    });
    if (why !== null) promote.mutate({ select: wanted.map(({ id }) => id), why });
  };
  return (
    <Stack gap="xs">
      <DataTable
        label={say('channels.difference')}
        columns={[
          <span key="take" className="unseen">
            {say('channels.take')}
          </span>,
          say('plugins.plugin'),
          to,
          from,
          say('channels.relation'),
          say('channels.since', { channel: from }),
          <span key="changes" className="unseen">
            {say('channels.whatChanged')}
          </span>,
        ]}
      >
        {familiesOf(differences).map(([family, members]) => (
          <Family key={family} name={family} members={members} between={{ from, to }} chosen={chosen} />
        ))}
      </DataTable>
      {promote.error && <Failure error={promote.error} />}
      {may('channel-promote') && (
        <Group justify="flex-end" gap="xs">
          <Button size="xs" variant="default" aria-expanded={telephones} onClick={() => setTelephones(!telephones)}>
            {say('channels.telephones')}
          </Button>
          <Button size="xs" loading={promote.isPending} disabled={wanted.length === 0} onClick={() => void ask()}>
            {say('channels.promoteSome', { count: wanted.length, to })}
          </Button>
        </Group>
      )}
      {telephones && <PromotedTelephones from={from} to={to} moving={wanted} />}
    </Stack>
  );
}

/** Those of one family beside each other; those of none last. */
function familiesOf(differences: readonly OfferDifference[]): (readonly [string, readonly OfferDifference[]])[] {
  const families = Map.groupBy(differences, ({ family }) => family ?? '');
  return [...families].sort(([a], [b]) => Number(a === '') - Number(b === '') || a.localeCompare(b));
}

interface FamilyProperties {
  readonly name: string;
  readonly members: readonly OfferDifference[];
  readonly between: Between;
  readonly chosen: Chosen;
}

function Family({ name, members, between, chosen }: FamilyProperties) {
  const { say } = useText();
  const ids = members.filter(({ left }) => left !== null).map(({ id }) => id);
  return (
    <>
      {name !== '' && (
        <Table.Tr>
          <Table.Td w={36}>
            <Checkbox
              aria-label={say('channels.takeFamily', { family: name })}
              disabled={ids.length === 0}
              checked={ids.length > 0 && ids.every((id) => chosen.ids.has(id))}
              indeterminate={ids.some((id) => chosen.ids.has(id)) && !ids.every((id) => chosen.ids.has(id))}
              onChange={() => chosen.toggleAll(ids)}
            />
          </Table.Td>
          <Table.Td colSpan={6}>
            <strong>{name}</strong> <Chip>{say('channels.differ', { count: members.length })}</Chip>
          </Table.Td>
        </Table.Tr>
      )}
      {members.map((difference) => (
        <DifferenceRow key={difference.id} difference={difference} between={between} chosen={chosen} />
      ))}
    </>
  );
}

interface RowProperties {
  readonly difference: OfferDifference;
  readonly between: Between;
  readonly chosen: Chosen;
}

function DifferenceRow({ difference: { id, left, right, relation, since }, between, chosen }: RowProperties) {
  const { say } = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Table.Tr data-difference={id} data-row="" aria-selected={chosen.ids.has(id)}>
        <Table.Td w={36}>
          <Checkbox
            aria-label={id}
            checked={chosen.ids.has(id)}
            disabled={left === null}
            onChange={() => chosen.toggle(id)}
          />
        </Table.Td>
        <Table.Td>
          <span className={table['name']}>
            <Monogram name={id} />
            <span className={table['mono']}>{id}</span>
          </span>
        </Table.Td>
        <Table.Td data-label={between.to} className={table['mono'] ?? ''}>
          {right ?? '–'}
        </Table.Td>
        <Table.Td data-label={between.from} className={table['mono'] ?? ''}>
          <strong>{left ?? '–'}</strong>
        </Table.Td>
        <Table.Td>
          <Chip tone={tones[relation]}>{say(`channels.relation.${relation}`)}</Chip>
        </Table.Td>
        <Table.Td data-label={say('channels.since', { channel: between.from })}>
          <Moment at={since?.at ?? null} />
          {since && ` · ${since.by}`}
        </Table.Td>
        <Table.Td>
          <span className={table['acts']}>
            {left !== null && (
              <FoldButton open={open} setOpen={setOpen} label={say('channels.whatChangedIn', { id })}>
                {say('channels.whatChanged')}
              </FoldButton>
            )}
          </span>
        </Table.Td>
      </Table.Tr>
      {open && (
        <Table.Tr>
          <Table.Td colSpan={7} data-wide="" p={0}>
            <Changes id={id} {...between} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function Changes({ id, from, to }: Between & { readonly id: string }) {
  const query = useQuery({
    queryKey: ['channels', 'changes', from, to, id],
    queryFn: () => api.channels.compareOffer({ params: { channel: from, plugin: id }, query: { against: to } }),
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  return <VersionChanges changes={query.data} />;
}
