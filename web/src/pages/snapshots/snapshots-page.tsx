import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Snapshot } from '../../api/types.ts';
import { Chip, Dot } from '../../parts/chip.tsx';
import table from '../../parts/data-table.module.css';
import { Failure } from '../../parts/failure.tsx';
import { FoldButton } from '../../parts/fold-button.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Monogram } from '../../parts/monogram.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Panel, PanelEmpty, PanelRow } from '../../parts/panel.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { TakeSnapshot } from './take-snapshot.tsx';

/** Snapshots: which version of each process they pin, and which plugins stay installed for them. */
export default function SnapshotsPage() {
  const { say } = useText();
  const { may } = useSession();
  const query = useQuery({ queryKey: ['processes', 'snapshots'], queryFn: () => api.processes.listSnapshots() });
  return (
    <Stack>
      <PageHead
        title={say('menu.snapshots')}
        facts={query.data && <Chip line>{say('snapshots.count', { count: query.data.length })}</Chip>}
      >
        {may('process-edit') && <TakeSnapshot />}
      </PageHead>
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data && (
        <Panel title={say('snapshots.all')}>
          {query.data.length === 0 && <PanelEmpty>{say('snapshots.none')}</PanelEmpty>}
          {query.data.map((snapshot) => (
            <Row key={snapshot.id} snapshot={snapshot} />
          ))}
        </Panel>
      )}
    </Stack>
  );
}

function Row({ snapshot }: { readonly snapshot: Snapshot }) {
  const { say } = useText();
  const [open, setOpen] = useState(false);
  const { name, processes: count, at, by, note } = snapshot;
  return (
    <>
      <PanelRow
        mark={<Dot tone="active" />}
        note={
          <>
            <Moment at={at} /> · {by}
            {note !== '' && ` · ${note}`}
          </>
        }
        act={
          <FoldButton open={open} setOpen={setOpen} label={say('snapshots.whatIn', { name })}>
            {say('snapshots.what')}
          </FoldButton>
        }
      >
        <strong>{name}</strong> <Chip>{say('plan.processCount', { count })}</Chip>
      </PanelRow>
      {open && <Pinned id={snapshot.id} />}
    </>
  );
}

function Pinned({ id }: { readonly id: string }) {
  const { say } = useText();
  const query = useQuery({
    queryKey: ['processes', 'snapshots', id],
    queryFn: () => api.processes.showSnapshot({ params: { id } }),
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  return (
    <PanelEmpty>
      <Stack gap="xs">
        <span className={table['chips']}>
          {say('snapshots.keeps')}
          {query.data.uses.map(({ pluginId, pluginName, version }) => (
            <Chip key={`${pluginId} ${pluginName} ${version}`} line>
              <Monogram name={pluginName} size="small" /> {pluginName} {version}
            </Chip>
          ))}
        </span>
        <span className={table['chips']}>
          {query.data.pinned.map((process) => (
            <Link key={process.id} to="/processes/$id" params={{ id: process.id }}>
              {process.owner ? `${process.owner} / ${process.name}` : process.name} {process.version}
            </Link>
          ))}
        </span>
      </Stack>
    </PanelEmpty>
  );
}
