import { Button, Group, Modal, Stack, Table, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Offer } from '../../api/types.ts';
import { Chip, Dot } from '../../parts/chip.tsx';
import table from '../../parts/data-table.module.css';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Monogram } from '../../parts/monogram.tsx';
import { Panel, PanelRow } from '../../parts/panel.tsx';
import { ProblemList } from '../../parts/problem-list.tsx';
import { RowAct } from '../../parts/row-act.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

/** What a channel offers now, and what it has withdrawn, each with its reason. */
export function ChannelOffers({ channel }: { readonly channel: string }) {
  const { say } = useText();
  const { may } = useSession();
  const [yanking, setYanking] = useState<Offer | null>(null);
  const query = useQuery({
    queryKey: ['channels', 'one', channel],
    queryFn: () => api.channels.showChannel({ params: { channel } }),
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const { offers, yanked, problems } = query.data;
  return (
    <Stack>
      <ProblemList problems={problems} />
      {offers.length === 0 ? (
        <p className={table['empty']}>{say('channels.empty')}</p>
      ) : (
        <DataTable
          label={say('channels.view.offers')}
          columns={[say('plugins.plugin'), say('channels.version'), say('channels.size')]}
          acts={say('users.actions')}
        >
          {offers.map((offer) => (
            <Table.Tr key={offer.id} data-offer={offer.id} data-row="">
              <Table.Td>
                <span className={table['name']}>
                  <Monogram name={offer.id} />
                  <span className={table['mono']}>{offer.id}</span>
                  {offer.family !== null && <Chip line>{offer.family}</Chip>}
                  <span className={table['note']} title={offer.description}>
                    {offer.description}
                  </span>
                </span>
              </Table.Td>
              <Table.Td data-label={say('channels.version')} className={table['mono'] ?? ''}>
                {offer.version}
              </Table.Td>
              <Table.Td data-label={say('channels.size')}>
                {say('channels.kilobytes', { size: Math.ceil(offer.size / 1024) })}
              </Table.Td>
              <Table.Td>
                {may('channel-promote') && (
                  <RowAct label={say('channels.yankWhich', { id: offer.id })} onClick={() => setYanking(offer)}>
                    {say('channels.yankDots')}
                  </RowAct>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      )}
      {yanked.length > 0 && (
        <Panel title={say('channels.yankedTitle')}>
          {yanked.map((one) => (
            <PanelRow
              key={`${one.id} ${one.version}`}
              mark={<Dot tone="bad" />}
              act={<Moment at={one.at} />}
              note={one.replacement !== null && `→ ${one.replacement}`}
            >
              {say('channels.yanked', { id: one.id, version: one.version, reason: one.reason, by: one.by })}
            </PanelRow>
          ))}
        </Panel>
      )}
      <Modal
        opened={yanking !== null}
        onClose={() => setYanking(null)}
        title={yanking ? say('channels.yankWhich', { id: yanking.id }) : ''}
        closeButtonProps={{ 'aria-label': say('plan.close') }}
      >
        {yanking && <YankForm channel={channel} offer={yanking} done={() => setYanking(null)} />}
      </Modal>
    </Stack>
  );
}

function YankForm({
  channel,
  offer,
  done,
}: {
  readonly channel: string;
  readonly offer: Offer;
  readonly done: () => void;
}) {
  const { say } = useText();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [replacement, setReplacement] = useState('');
  const yank = useMutation({
    mutationFn: () =>
      api.channels.yank({
        params: { channel },
        body: {
          plugin: offer.id,
          version: offer.version,
          reason,
          ...(replacement ? { replacement } : {}),
        },
      }),
    onSuccess: () => {
      done();
      return client.invalidateQueries({ queryKey: ['channels'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    yank.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={say('channels.reason')}
          required
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <TextInput
          label={say('channels.replacement')}
          value={replacement}
          onChange={(event) => setReplacement(event.currentTarget.value)}
        />
        {yank.error && <Failure error={yank.error} />}
        <Group>
          <Button type="submit" color="red" loading={yank.isPending}>
            {say('channels.yank')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
