import { Button, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import type { AskedQuestion, PlanHeader } from '../../api/types.ts';
import { Dot } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useAnswer } from '../../parts/use-answer.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { isAnswerable } from './plan-words.ts';
import classes from './question-card.module.css';
import { ValueMapping } from './value-mapping.tsx';

interface CardProperties {
  readonly plan: Pick<PlanHeader, 'id' | 'state' | 'interrupted'>;
  readonly asked: AskedQuestion;
}

/** What a person decides, answered where it is asked: for this one, or for all that are alike. */
export function QuestionCard({ plan, asked }: CardProperties) {
  const { say } = useText();
  const { may } = useSession();
  const id = useId();
  const { question } = asked;
  const [choice, setChoice] = useState(asked.answer ?? '');
  const answer = useAnswer(plan.id);
  const editable = may('plan-answer') && isAnswerable(plan);
  return (
    <section className={classes['card']} aria-labelledby={id} data-question={question.id}>
      <div className={classes['head']}>
        <Dot tone={asked.answer === null ? 'ask' : 'well'} />
        <strong id={id} lang="en">
          {question.message}
        </strong>
        <span className={classes['who']}>
          {say(`plan.owner.${question.owner}`)}
          {asked.alike > 1 && ` · ${say('plan.moreAlike', { count: asked.alike - 1 })}`}
        </span>
      </div>
      {question.choices.length > 0 && (
        <div className={classes['choices']} role="radiogroup" aria-labelledby={id}>
          {question.choices.map(({ answer: value, label }) => (
            <label key={value} className={classes['choice']}>
              <input
                type="radio"
                name={id}
                value={value}
                checked={choice === value}
                disabled={!editable}
                onChange={() => setChoice(value)}
              />
              <span lang="en">{label}</span>
            </label>
          ))}
        </div>
      )}
      {question.freeText && (
        <TextInput
          label={say(question.choices.length > 0 ? 'plan.freeText' : 'plan.value')}
          value={choice}
          disabled={!editable}
          onChange={(event) => setChoice(event.currentTarget.value)}
        />
      )}
      {editable && (
        <div className={classes['acts']}>
          <Button
            size="compact-sm"
            variant="default"
            disabled={choice === ''}
            onClick={() => answer.mutate({ [question.id]: choice })}
          >
            {say('plan.answerOne')}
          </Button>
          {asked.alike > 1 && (
            <Button
              size="compact-sm"
              variant="default"
              disabled={choice === ''}
              onClick={() => answer.mutate({ [question.groupKey]: choice })}
            >
              {say('plan.answerAlike', { count: asked.alike })}
            </Button>
          )}
          {asked.answer !== null && (
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => answer.mutate({ [question.id]: null, [question.groupKey]: null })}
            >
              {say('plan.takeBack')}
            </Button>
          )}
        </div>
      )}
      {editable && <ValueMapping planId={plan.id} question={question} />}
      {answer.error && <Failure error={answer.error} />}
    </section>
  );
}
