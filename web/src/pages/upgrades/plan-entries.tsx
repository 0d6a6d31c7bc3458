import { Badge, Group, Modal, ScrollArea, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useRef, useState } from 'react';
import { plans } from '../../api/resources.ts';
import type { PlanEntry } from '../../api/types.ts';
import { Failure } from '../../app/failure.tsx';
import { Loading } from '../../app/loading.tsx';
import { useText } from '../../text/index.tsx';
import { EntryDetail } from './entry-detail.tsx';
import classes from './plan-entries.module.css';

const size = 100;
const rowHeight = 40;

interface Opened {
  readonly id: string;
  readonly name: string;
}

/**
 * Every affected process. Only the rows in sight are drawn, and only the pages in sight are fetched, wherever one scrolls
 * to: what is out of sight costs nothing, also when the plan changes and everything shown is read again.
 */
export function PlanEntries({ planId, total }: { readonly planId: string; readonly total: number }) {
  const { say } = useText();
  const [search, setSearch] = useState('');
  const [asking, setAsking] = useState(false);
  const [settled] = useDebouncedValue(search, 250);
  const [open, setOpen] = useState<Opened | null>(null);
  const close = useCallback(() => setOpen(null), []);
  const pageOf = (page: number) => ({
    queryKey: ['plans', 'entries', planId, settled, asking, page],
    queryFn: () =>
      plans.entries(planId, {
        offset: page * size,
        limit: size,
        ...(settled ? { search: settled } : {}),
        ...(asking ? { questions: true } : {}),
      }),
  });
  const first = useQuery({ ...pageOf(0), placeholderData: keepPreviousData });
  const count = first.data?.total ?? total;
  if (first.error) return <Failure error={first.error} />;
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
      {first.isPending && <Loading />}
      {first.data && <Rows key={`${settled} ${asking}`} count={count} pageOf={pageOf} onOpen={setOpen} />}
      <Modal
        opened={open !== null}
        onClose={close}
        size="xl"
        title={open?.name}
        closeButtonProps={{ 'aria-label': say('plan.close') }}
      >
        {open && <EntryDetail planId={planId} processId={open.id} />}
      </Modal>
    </Stack>
  );
}

interface RowsProperties {
  readonly count: number;
  readonly pageOf: (page: number) => {
    readonly queryKey: readonly unknown[];
    readonly queryFn: () => ReturnType<typeof plans.entries>;
  };
  readonly onOpen: (entry: Opened) => void;
}

function Rows({ count, pageOf, onOpen }: RowsProperties) {
  const { say } = useText();
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    // a row more or less for a moment is not worth drawing before the browser has time
    useFlushSync: false,
  });
  const rows = virtual.getVirtualItems();
  const pages = [...new Set(rows.map(({ index }) => Math.floor(index / size)))];
  const fetched = useQueries({ queries: pages.map((page) => pageOf(page)) });
  const entryAt = (index: number): PlanEntry | undefined =>
    fetched[pages.indexOf(Math.floor(index / size))]?.data?.items[index % size];
  return (
    <ScrollArea h={480} viewportRef={frame} viewportProps={{ tabIndex: 0, 'aria-label': say('menu.processes') }}>
      <div className={classes['rows']} style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ index, start }) => (
          <EntryRow key={index} entry={entryAt(index)} start={start} onOpen={onOpen} />
        ))}
      </div>
    </ScrollArea>
  );
}

interface RowProperties {
  /** Undefined while it is fetched. */
  readonly entry: PlanEntry | undefined;
  readonly start: number;
  readonly onOpen: (entry: Opened) => void;
}

const EntryRow = memo(({ entry, start, onOpen }: RowProperties) => {
  const { say } = useText();
  return (
    <div className={classes['row']} style={{ transform: `translateY(${start}px)` }}>
      {entry && (
        <>
          <button
            type="button"
            className={classes['name']}
            onClick={() => onOpen({ id: entry.processId, name: entry.name })}
          >
            {entry.owner ? `${entry.owner} / ${entry.name}` : entry.name}
          </button>
          <Badge size="sm" variant="light">
            {say(`plan.entry.${entry.state}`)}
          </Badge>
          {entry.openQuestions > 0 && (
            <Badge size="sm" color="orange">
              {say('plan.openCount', { count: entry.openQuestions })}
            </Badge>
          )}
        </>
      )}
    </div>
  );
});
