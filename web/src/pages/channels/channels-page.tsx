import { Card, NativeSelect, SimpleGrid, Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { channels } from '../../api/resources.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useText } from '../../text/index.tsx';
import { ChannelDifference } from './channel-difference.tsx';
import { ChannelHistory } from './channel-history.tsx';
import { ChannelOffers } from './channel-offers.tsx';

export default function ChannelsPage() {
  const { say } = useText();
  const query = useQuery({ queryKey: ['channels', 'list'], queryFn: channels.list });
  const [chosen, setChosen] = useState<string | null>(null);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const names = query.data.map(({ name }) => name);
  const channel = chosen ?? names[0] ?? null;
  return (
    <Stack>
      <Title order={1}>{say('menu.channels')}</Title>
      {query.data.length === 0 && <Text>{say('channels.none')}</Text>}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
        {query.data.map((one) => (
          <Card key={one.name} withBorder>
            <Title order={2} size="h4">
              {one.name}
            </Title>
            <Text size="sm">{say('channels.plugins', { count: one.plugins, size: Math.ceil(one.bytes / 1024) })}</Text>
            <Text size="sm">
              <Moment at={one.changedAt} /> {one.changedBy ?? ''}
            </Text>
            <Text size="sm">{say(one.signed ? 'general.signed' : 'general.unsigned')}</Text>
            <Text size="xs" className="address" data-changing="">
              {one.url}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
      {channel !== null && (
        <>
          <NativeSelect
            label={say('channels.channel')}
            value={channel}
            data={names}
            w={240}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
          <Tabs defaultValue="offers" keepMounted={false}>
            <Tabs.List>
              <Tabs.Tab value="offers">{say('channels.offers')}</Tabs.Tab>
              <Tabs.Tab value="difference">{say('channels.difference')}</Tabs.Tab>
              <Tabs.Tab value="history">{say('channels.history')}</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="offers" pt="sm">
              <ChannelOffers channel={channel} />
            </Tabs.Panel>
            <Tabs.Panel value="difference" pt="sm">
              <ChannelDifference from={channel} others={names.filter((name) => name !== channel)} />
            </Tabs.Panel>
            <Tabs.Panel value="history" pt="sm">
              <ChannelHistory channel={channel} />
            </Tabs.Panel>
          </Tabs>
        </>
      )}
    </Stack>
  );
}
