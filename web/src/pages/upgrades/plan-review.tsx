import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { PlanHeader } from '../../api/types.ts';
import { useText } from '../../text/index.tsx';
import { AnswerAll } from './answer-all.tsx';
import { EntryReview } from './entry-review.tsx';
import classes from './plan-review.module.css';
import type { ReviewOrder } from './review-list.tsx';
import { ReviewList } from './review-list.tsx';
import type { LookedAt } from './use-looked-at.ts';

interface ReviewProperties {
  readonly plan: PlanHeader;
  readonly looked: LookedAt;
  /** The process in sight. */
  readonly chosen: string | null;
  readonly choose: (process: string | null) => void;
}

/** Every change beside the process it is made to: what was looked at is marked, what is asked is answered there. */
export function PlanReview({ plan, looked, chosen, choose }: ReviewProperties) {
  const { say } = useText();
  const [order, setOrder] = useState<ReviewOrder>('change');
  const [asking, setAsking] = useState(false);
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search, 250);
  const [first, setFirst] = useState<string | null>(null);
  const shown = chosen ?? first;
  return (
    <div className={classes['review']} data-open={chosen !== null}>
      <section className={classes['list']} aria-label={say('plan.changes')}>
        <div className={classes['tools']}>
          <div className={classes['toolRow']}>
            <SegmentedControl
              aria-label={say('plan.order')}
              value={order}
              onChange={(next) => setOrder(next as ReviewOrder)}
              data={(['change', 'owner'] as const).map((value) => ({ value, label: say(`plan.order.${value}`) }))}
            />
            {(plan.openQuestions > 0 || asking) && (
              <Button
                size="compact-sm"
                variant={asking ? 'light' : 'default'}
                aria-pressed={asking}
                onClick={() => setAsking(!asking)}
              >
                {say('plan.needsAnswer', { count: plan.openQuestions })}
              </Button>
            )}
          </div>
          <TextInput
            aria-label={say('plan.searchProcess')}
            placeholder={say('plan.searchProcess')}
            aria-keyshortcuts="/"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <AnswerAll plan={plan} />
        </div>
        <ReviewList
          key={`${order} ${asking} ${settled}`}
          plan={plan}
          order={order}
          asking={asking}
          search={settled}
          looked={looked.all}
          chosen={shown}
          choose={choose}
          onFirst={setFirst}
        />
      </section>
      <div className={classes['detail']}>
        <span className={classes['back']}>
          <Button size="compact-sm" variant="default" mb="sm" onClick={() => choose(null)}>
            {say('plan.backToList')}
          </Button>
        </span>
        {shown !== null && (
          <EntryReview
            key={shown}
            plan={plan}
            processId={shown}
            looked={looked.all.has(shown)}
            toggleLooked={() => looked.toggle(shown)}
          />
        )}
      </div>
    </div>
  );
}
