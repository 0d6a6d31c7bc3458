import { SegmentedControl, Title } from '@mantine/core';
import type { PlanHeader } from '../../api/types.ts';
import { Chip, Dot } from '../../parts/chip.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Monogram } from '../../parts/monogram.tsx';
import { ProblemList } from '../../parts/problem-list.tsx';
import { useText } from '../../text/index.tsx';
import classes from './plan-head.module.css';
import { outcomeTones, type PlanView, planTitle, planViews, stateTones } from './plan-words.ts';

const outcomes = ['carried', 'renamed', 'deleted', 'pinned', 'undecided'] as const;

interface HeadProperties {
  readonly plan: PlanHeader;
  /** How many processes this person has looked at. */
  readonly looked: number;
  readonly view: PlanView;
  readonly show: (view: PlanView) => void;
}

/** What the plan is and what it would do with the answers so far, in numbers. */
export function PlanHead({ plan, looked, view, show }: HeadProperties) {
  const { say, number } = useText();
  const { totals } = plan;
  const present = outcomes.filter((outcome) => totals[outcome] > 0);
  return (
    <div className={classes['head']}>
      <div className={classes['row']}>
        <Monogram name={plan.plugin.name} size="large" />
        <Title order={1}>{planTitle(plan)}</Title>
        {plan.succeeds && <Chip>{say('plan.succeeds', plan.succeeds)}</Chip>}
        <Chip line>
          {say('process.plan', { plan: plan.id })} · <Moment at={plan.createdAt} />
        </Chip>
        <span role="status" data-state={plan.state}>
          <Chip tone={plan.interrupted ? 'care' : stateTones[plan.state]}>
            {say(plan.interrupted ? 'plan.interrupted' : `plan.state.${plan.state}`)}
          </Chip>
        </span>
        {plan.openQuestions > 0 && <Chip tone="ask">{say('plan.answersMissing', { count: plan.openQuestions })}</Chip>}
        <span className={classes['right']}>
          <SegmentedControl
            aria-label={say('plan.view')}
            value={view}
            onChange={(next) => show(next as PlanView)}
            data={planViews.map((value) => ({ value, label: say(`plan.view.${value}`) }))}
          />
        </span>
      </div>
      <div className={classes['numbers']}>
        <span className={classes['number']}>
          <b data-number="processes">{number(totals.processes)}</b>{' '}
          {say('plan.number.processes', { count: totals.processes })},{' '}
          <span data-number="uses">{number(totals.uses)}</span> {say('plan.number.uses', { count: totals.uses })}
        </span>
        <span className={classes['bar']} aria-hidden="true">
          {present.map((outcome) => (
            <i key={outcome} style={{ flex: totals[outcome] }} data-tone={outcomeTones[outcome]} />
          ))}
        </span>
        {present.map((outcome) => (
          <span key={outcome} className={classes['number']}>
            <Dot tone={outcomeTones[outcome]} />
            <span>
              <span data-number={outcome}>{number(totals[outcome])}</span> {say(`plan.number.${outcome}`)}
            </span>
          </span>
        ))}
        <span className={classes['number']}>
          <span data-number="valuesChanged">{number(totals.valuesChanged)}</span>{' '}
          {say('plan.number.valuesChanged', { count: totals.valuesChanged })}
        </span>
        {totals.warnings > 0 && (
          <span className={classes['number']}>
            <Dot tone="care" />
            <span>
              <span data-number="warnings">{number(totals.warnings)}</span>{' '}
              {say('plan.number.warnings', { count: totals.warnings })}
            </span>
          </span>
        )}
        <span className={classes['right']}>{say('plan.lookedOf', { looked, all: totals.processes })}</span>
      </div>
      <ProblemList problems={plan.problems} />
    </div>
  );
}
