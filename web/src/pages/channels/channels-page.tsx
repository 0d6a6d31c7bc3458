import { NativeSelect, SegmentedControl, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { ChannelSummary } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FilterBar } from '../../parts/filter-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Panel, PanelEmpty } from '../../parts/panel.tsx';
import { useListSearch } from '../../parts/use-list-search.ts';
import { useText } from '../../text/index.tsx';
import { ChannelDifference } from './channel-difference.tsx';
import { ChannelHistory } from './channel-history.tsx';
import { ChannelOffers } from './channel-offers.tsx';
import { ChannelSignatures } from './channel-signatures.tsx';

const views = ['promote', 'offers', 'history', 'keys'] as const;

/** One channel: what it has that another has not, what it offers, how that came, and how long its signatures hold. */
export default function ChannelsPage() {
  const { say } = useText();
  const query = useQuery({ queryKey: ['channels', 'list'], queryFn: () => api.channels.listChannels() });
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  if (query.data.length > 0) return <Chosen all={query.data} />;
  return (
    <Stack>
      <PageHead title={say('menu.channels')} />
      <Panel title={say('menu.channels')}>
        <PanelEmpty>{say('channels.none')}</PanelEmpty>
      </Panel>
    </Stack>
  );
}

function Chosen({ all }: { readonly all: readonly ChannelSummary[] }) {
  const { say } = useText();
  const { value, change } = useListSearch('/channels');
  const names = all.map(({ name }) => name);
  const from = chosenOf(value('channel'), names) ?? firstOf(names);
  const others = names.filter((name) => name !== from);
  const to = chosenOf(value('against'), others) ?? others.find((name) => name === 'stable') ?? others[0] ?? null;
  const view = views.find((one) => one === value('view')) ?? (to === null ? 'offers' : 'promote');
  const channel = all.find(({ name }) => name === from)!;
  return (
    <Stack>
      <PageHead
        title={view === 'promote' && to !== null ? `${from} → ${to}` : from}
        facts={<Facts channel={channel} />}
      >
        <SegmentedControl
          aria-label={say('channels.view')}
          value={view}
          onChange={(next) => change({ view: next })}
          data={views.map((one) => ({ value: one, label: say(`channels.view.${one}`) }))}
        />
      </PageHead>
      <FilterBar>
        <NativeSelect
          label={say('channels.channel')}
          value={from}
          data={names}
          w={200}
          onChange={(event) => change({ channel: event.currentTarget.value })}
        />
        {view === 'promote' && to !== null && (
          <NativeSelect
            label={say('channels.against')}
            value={to}
            data={others}
            w={200}
            onChange={(event) => change({ against: event.currentTarget.value })}
          />
        )}
      </FilterBar>
      {view === 'promote' && to === null && <PanelEmpty>{say('channels.onlyOne')}</PanelEmpty>}
      {view === 'promote' && to !== null && <ChannelDifference key={`${from} ${to}`} from={from} to={to} />}
      {view === 'offers' && <ChannelOffers channel={from} />}
      {view === 'history' && <ChannelHistory channel={from} />}
      {view === 'keys' && <ChannelSignatures channel={from} />}
    </Stack>
  );
}

function Facts({ channel }: { readonly channel: ChannelSummary }) {
  const { say } = useText();
  const { plugins, bytes, changedAt, changedBy, signed, ends } = channel;
  return (
    <>
      <Chip line>{say('channels.plugins', { count: plugins, size: Math.ceil(bytes / 1024) })}</Chip>
      {changedAt !== null && (
        <Chip line>
          <Moment at={changedAt} /> {changedBy !== null && `· ${changedBy}`}
        </Chip>
      )}
      <Chip tone={signed ? 'well' : 'care'}>{say(signed ? 'channels.signed' : 'channels.unsigned')}</Chip>
      {ends !== null && (
        <Chip tone="care">
          {say('channels.ends')} <Moment at={ends} />
        </Chip>
      )}
    </>
  );
}

/** What is tried comes before what everybody gets, and that before what was laid aside. */
function firstOf(names: readonly string[]): string {
  return names.toSorted((a, b) => rank(a) - rank(b))[0]!;
}

const rank = (name: string): number => ({ testing: 0, stable: 2, archive: 3 })[name] ?? 1;

function chosenOf(wanted: string, names: readonly string[]): string | null {
  return names.includes(wanted) ? wanted : null;
}
