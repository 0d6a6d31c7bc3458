import { Badge, Button, Group, Modal, ScrollArea, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { plans } from '../../api/resources.ts';
import { Failure } from '../../app/failure.tsx';
import { Loading } from '../../app/loading.tsx';
import { useText } from '../../text/index.tsx';
import { EntryDetail } from './entry-detail.tsx';
import classes from './plan-entries.module.css';

const size = 200;

/** Every affected process. Only the rows in sight are drawn, and pages are fetched as they come into sight. */
export function PlanEntries({ planId, total }: { readonly planId: string; readonly total: number }) {
  const { say } = useText();
  const [search, setSearch] = useState('');
  const [asking, setAsking] = useState(false);
  const [settled] = useDebouncedValue(search, 250);
  const [open, setOpen] = useState<{ id: string; name: string } | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const query = useInfiniteQuery({
    queryKey: ['plans', 'entries', planId, settled, asking],
    queryFn: ({ pageParam }) =>
      plans.entries(planId, {
        offset: pageParam,
        limit: size,
        ...(settled ? { search: settled } : {}),
        ...(asking ? { questions: true } : {}),
      }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (pages.length * size < last.total ? pages.length * size : undefined),
  });
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const count = query.data?.pages[0]?.total ?? total;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 40,
    overscan: 12,
  });
  const lastSeen = virtual.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (lastSeen >= rows.length - 20 && query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  }, [lastSeen, rows.length, query.hasNextPage, query.isFetchingNextPage, query.fetchNextPage]);
  if (query.error) return <Failure error={query.error} />;
  return (
    <Stack>
      <Group align="end">
        <TextInput
          label={say('plan.searchProcess')}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Switch
          label={say('plan.onlyAsking')}
          checked={asking}
          onChange={(event) => setAsking(event.currentTarget.checked)}
        />
        <Text size="sm" role="status">
          {say('plan.processCount', { count })}
        </Text>
      </Group>
      {query.isPending && <Loading />}
      <ScrollArea h={480} viewportRef={frame} viewportProps={{ tabIndex: 0, 'aria-label': say('menu.processes') }}>
        <div className={classes['rows']} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const entry = rows[item.index];
            if (!entry) return null;
            return (
              <div
                key={entry.processId}
                className={classes['row']}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Group gap="xs" wrap="nowrap">
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    onClick={() => setOpen({ id: entry.processId, name: entry.name })}
                  >
                    {entry.owner ? `${entry.owner} / ${entry.name}` : entry.name}
                  </Button>
                  <Badge size="sm" variant="light">
                    {say(`plan.entry.${entry.state}`)}
                  </Badge>
                  {entry.openQuestions > 0 && (
                    <Badge size="sm" color="orange">
                      {say('plan.openCount', { count: entry.openQuestions })}
                    </Badge>
                  )}
                </Group>
              </div>
            );
          })}
        </div>
      </ScrollArea>
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        size="xl"
        title={open?.name}
        closeButtonProps={{ 'aria-label': say('plan.close') }}
      >
        {open && <EntryDetail planId={planId} processId={open.id} />}
      </Modal>
    </Stack>
  );
}
