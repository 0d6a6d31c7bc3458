import { Button, Group, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Inbox } from '../../api/types.ts';
import { Dot } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FoldButton } from '../../parts/fold-button.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PanelRow } from '../../parts/panel.tsx';
import { useAnswer } from '../../parts/use-answer.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import classes from './waiting-question.module.css';

/** A question of a plan, answered here for all that are alike. */
export function WaitingQuestion({ question }: { readonly question: Inbox['questions'][number] }) {
  const { say } = useText();
  const { may } = useSession();
  const [open, setOpen] = useState(false);
  const { plan, plugin, from, to, message, processes, owner, at } = question;
  return (
    <PanelRow
      wide
      mark={<Dot tone="ask" />}
      note={
        <>
          {plugin.name} {from.join(', ')} → {to} · {say(`plan.owner.${owner}`)} · <Moment at={at} />
          {open && <Answer question={question} />}
        </>
      }
      act={
        <Group gap={6} wrap="nowrap">
          <LinkButton to={`/upgrades/${plan}`}>{say('inbox.review')}</LinkButton>
          {may('plan-answer') && (
            <FoldButton open={open} setOpen={setOpen}>
              {say('plan.answerOne')}
            </FoldButton>
          )}
        </Group>
      }
    >
      <strong lang="en">{message}</strong> <span>{say('plan.processCount', { count: processes })}</span>
    </PanelRow>
  );
}

function Answer({ question }: { readonly question: Inbox['questions'][number] }) {
  const { say } = useText();
  const { plan, key, message, choices, freeText, count } = question;
  const [choice, setChoice] = useState('');
  const answer = useAnswer(plan);
  return (
    <div className={classes['choices']}>
      {choices.length > 0 && (
        <Radio.Group aria-label={message} value={choice} onChange={setChoice}>
          <Stack gap={6}>
            {choices.map(({ answer: value, label }) => (
              <Radio key={value} value={value} label={label} lang="en" />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {freeText && (
        <TextInput
          label={say(choices.length > 0 ? 'plan.freeText' : 'plan.value')}
          value={choice}
          onChange={(event) => setChoice(event.currentTarget.value)}
        />
      )}
      {answer.error && <Failure error={answer.error} />}
      <Group>
        <Button
          size="compact-sm"
          disabled={choice === ''}
          loading={answer.isPending}
          onClick={() => answer.mutate({ [key]: choice })}
        >
          {count > 1 ? say('plan.answerAlike', { count }) : say('plan.answerOne')}
        </Button>
      </Group>
    </div>
  );
}
