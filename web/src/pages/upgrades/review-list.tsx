import IconCheck from '@tabler/icons-react/icons/IconCheck';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useMemo, useRef } from 'react';
import { api } from '../../api/client.ts';
import type { Call, PlanEntry, PlanGroup, PlanHeader } from '../../api/types.ts';
import { Chip, Dot } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import type { Tone } from '../../parts/tone.ts';
import { useText } from '../../text/index.tsx';
import classes from './plan-review.module.css';
import { placeInGroups, type RowPlace } from './row-place.ts';

const size = 100;
const rowHeight = 36;
const manyGroups = 1_000;

interface ListProperties {
  readonly plan: PlanHeader;
  readonly order: ReviewOrder;
  readonly asking: boolean;
  readonly search: string;
  readonly looked: ReadonlySet<string>;
  readonly chosen: string | null;
  readonly choose: (process: string) => void;
  /** Told the first process, so that something is in sight from the beginning. */
  readonly onFirst: (process: string) => void;
}

interface Page {
  readonly group: string | null;
  readonly page: number;
}

/**
 * The processes of a plan: by what changes, or by owner. Only the rows in sight are drawn and only their pages fetched,
 * wherever one scrolls to.
 */
export function ReviewList(properties: ListProperties) {
  const { plan, order, asking, search, onFirst } = properties;
  const grouped = order === 'change' && !asking && search === '';
  const groups = useQuery({
    queryKey: ['plans', 'groups', plan.id],
    queryFn: () => api.plans.listGroups({ params: { id: plan.id }, query: { limit: manyGroups } }),
    enabled: grouped,
    placeholderData: keepPreviousData,
  });
  const pageOf = ({ group, page }: Page) => ({
    queryKey: ['plans', 'entries', plan.id, group, order, search, asking, page],
    queryFn: () =>
      api.plans.listEntries({
        params: { id: plan.id },
        query: {
          offset: page * size,
          limit: size,
          ...(group === null ? { order: order === 'owner' ? ('owner' as const) : ('id' as const) } : { group }),
          ...(search ? { search } : {}),
          ...(asking ? { questions: true } : {}),
        },
      }),
    placeholderData: keepPreviousData,
  });
  const flat = useQuery({ ...pageOf({ group: null, page: 0 }), enabled: !grouped });
  const first = grouped ? groups.data?.items[0]?.example : flat.data?.items[0]?.processId;
  useEffect(() => {
    if (first) onFirst(first);
  }, [first, onFirst]);
  const error = grouped ? groups.error : flat.error;
  if (error) return <Failure error={error} />;
  const known = grouped ? groups.data?.items : flat.data && [];
  if (!known) return <Loading />;
  const count = grouped ? plan.totals.processes : (flat.data?.total ?? 0);
  return <Rows {...properties} groups={known} count={count} pageOf={pageOf} />;
}

interface RowsProperties extends ListProperties {
  /** None: one flat list. */
  readonly groups: readonly PlanGroup[];
  readonly count: number;
  readonly pageOf: (page: Page) => {
    readonly queryKey: readonly unknown[];
    readonly queryFn: () => Promise<Call<'plans', 'listEntries'>['reply']>;
  };
}

function Rows({ groups, count, pageOf, looked, chosen, choose }: RowsProperties) {
  const { say } = useText();
  const frame = useRef<HTMLDivElement>(null);
  const places = useMemo(() => placeInGroups(groups.map(({ processes }) => processes)), [groups]);
  const placeOf = (index: number): RowPlace =>
    groups.length === 0 ? { group: null, within: index } : places.at(index);
  const virtual = useVirtualizer({
    count: groups.length === 0 ? count : places.count,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    // a row more or less for a moment is not worth drawing before the browser has time
    useFlushSync: false,
  });
  const rows = virtual.getVirtualItems();
  const idOf = (group: number | null): string | null => (group === null ? null : (groups[group]?.id ?? null));
  const wanted = new Map<string, Page>();
  for (const { index } of rows) {
    const { group, within } = placeOf(index);
    if (within === null) continue;
    const page = { group: idOf(group), page: Math.floor(within / size) };
    wanted.set(`${page.group} ${page.page}`, page);
  }
  const keys = [...wanted.keys()];
  const fetched = useQueries({ queries: [...wanted.values()].map(pageOf) });
  const entryAt = ({ group, within }: RowPlace): PlanEntry | undefined =>
    within === null
      ? undefined
      : fetched[keys.indexOf(`${idOf(group)} ${Math.floor(within / size)}`)]?.data?.items[within % size];
  return (
    <>
      <div className="unseen" role="status">
        {say('plan.processCount', { count })}
      </div>
      {count === 0 && <div className={classes['empty']}>{say('plan.nothingFits')}</div>}
      <div ref={frame} className={classes['rows']} data-testid="review-rows">
        <div className={classes['space']} style={{ height: virtual.getTotalSize() }}>
          {rows.map(({ index, start }) => {
            const place = placeOf(index);
            const group = place.group === null ? undefined : groups[place.group];
            if (place.within === null && group) return <GroupRow key={index} group={group} start={start} />;
            const entry = entryAt(place);
            return (
              <EntryRow
                key={index}
                entry={entry}
                start={start}
                seen={entry !== undefined && looked.has(entry.processId)}
                current={entry?.processId === chosen}
                choose={choose}
              />
            );
          })}
        </div>
      </div>
    </>
  );
}

const GroupRow = memo(({ group, start }: { readonly group: PlanGroup; readonly start: number }) => {
  const { number } = useText();
  return (
    <div
      className={classes['group']}
      style={{ transform: `translateY(${start}px)` }}
      title={group.title}
      data-group={group.id}
    >
      <span lang="en">{group.title}</span>
      <span>{number(group.processes)}</span>
    </div>
  );
});

interface EntryRowProperties {
  /** Undefined while it is fetched. */
  readonly entry: PlanEntry | undefined;
  readonly start: number;
  readonly seen: boolean;
  readonly current: boolean;
  readonly choose: (process: string) => void;
}

const EntryRow = memo(({ entry, start, seen, current, choose }: EntryRowProperties) => {
  const { say, number } = useText();
  const style = { transform: `translateY(${start}px)` };
  if (!entry) return <div className={classes['entry']} style={style} />;
  const name = entry.owner ? `${entry.owner} / ${entry.name}` : entry.name;
  return (
    <button
      type="button"
      data-row=""
      data-entry={entry.processId}
      className={classes['entry']}
      style={style}
      aria-current={current}
      onClick={() => choose(entry.processId)}
    >
      <Dot tone={toneOf(entry)} />
      <span className={classes['name']}>{name}</span>
      <span className={classes['facts']}>
        {entry.state !== 'pending' && <Chip tone={stateTones[entry.state]}>{say(`plan.entry.${entry.state}`)}</Chip>}
        {entry.dropped > 0 && <Chip tone="bad">{say('plan.drops', { count: entry.dropped })}</Chip>}
        {entry.asked > 0 && <Chip tone="care">{say('plan.value.asked')}</Chip>}
        {entry.openQuestions > 0 && (
          <span title={say('plan.openCount', { count: entry.openQuestions })}>{number(entry.openQuestions)}</span>
        )}
      </span>
      <span className={classes['seen']}>
        {seen && <IconCheck size={14} stroke={2} role="img" aria-label={say('plan.lookedAt')} />}
      </span>
    </button>
  );
});

const stateTones: Readonly<Record<PlanEntry['state'], Tone>> = {
  pending: 'quiet',
  open: 'care',
  applied: 'well',
  skipped: 'well',
  undone: 'quiet',
  conflict: 'ask',
};

function toneOf({ openQuestions, dropped, warnings, outcomes }: PlanEntry): Tone {
  if (openQuestions > 0) return 'ask';
  if (dropped > 0 || (outcomes['deleted'] ?? 0) > 0) return 'bad';
  if (warnings > 0 || (outcomes['pinned'] ?? 0) > 0) return 'care';
  return (outcomes['renamed'] ?? 0) > 0 ? 'new' : 'well';
}

export type ReviewOrder = 'change' | 'owner';
