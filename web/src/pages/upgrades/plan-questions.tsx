import { Alert, Badge, Button, Card, Group, Radio, Stack, Switch, Text, TextInput } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { plans } from '../../api/resources.ts';
import type { AskedQuestion, PlanHeader } from '../../api/types.ts';
import { Failure } from '../../app/failure.tsx';
import { Loading } from '../../app/loading.tsx';
import { Pages } from '../../app/pages.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

const size = 50;

/** What people must decide: one question, all that are alike, or all unlisted steps at once. */
export function PlanQuestions({ plan }: { readonly plan: PlanHeader }) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const [onlyOpen, setOnlyOpen] = useState(true);
  const [page, setPage] = useState(1);
  const query = useQuery({
    queryKey: ['plans', 'questions', plan.id, onlyOpen, page],
    queryFn: () =>
      plans.questions(plan.id, { ...(onlyOpen ? { open: true } : {}), offset: (page - 1) * size, limit: size }),
    placeholderData: keepPreviousData,
  });
  const answer = useMutation({
    mutationFn: (answers: Record<string, string | null>) => plans.answer(plan.id, answers),
    onSettled: () => client.invalidateQueries({ queryKey: ['plans'] }),
  });
  const editable = may('plan-answer') && ['planned', 'stopped', 'paused'].includes(plan.state);
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const unlisted = query.data.items.some(({ question }) => question.kind === 'unlisted-step');
  return (
    <Stack>
      <Switch
        label={say('plan.onlyOpen')}
        checked={onlyOpen}
        onChange={(event) => setOnlyOpen(event.currentTarget.checked)}
      />
      {query.data.total === 0 && <Alert color="green">{say('plan.noQuestions')}</Alert>}
      {unlisted && editable && (
        <Group role="group" aria-labelledby="all-unlisted">
          <Text size="sm" id="all-unlisted">
            {say('plan.allUnlisted')}
          </Text>
          {(['delete', 'pin', 'carry'] as const).map((policy) => (
            <Button key={policy} size="xs" variant="default" onClick={() => answer.mutate({ '*': policy })}>
              {say(`plan.policy.${policy}`)}
            </Button>
          ))}
          <Button size="xs" variant="subtle" onClick={() => answer.mutate({ '*': null })}>
            {say('plan.takeBackAll')}
          </Button>
        </Group>
      )}
      {answer.error && <Failure error={answer.error} />}
      {query.data.items.map((asked) => (
        <QuestionCard
          key={`${asked.question.id} ${asked.answer}`}
          asked={asked}
          editable={editable}
          answer={answer.mutate}
        />
      ))}
      <Pages page={page} onChange={setPage} total={query.data.total} size={size} />
    </Stack>
  );
}

interface CardProperties {
  readonly asked: AskedQuestion;
  readonly editable: boolean;
  readonly answer: (answers: Record<string, string | null>) => void;
}

function QuestionCard({ asked, editable, answer }: CardProperties) {
  const { say } = useText();
  const { question } = asked;
  const [choice, setChoice] = useState(asked.answer ?? '');
  return (
    <Card withBorder data-question={question.id}>
      <Stack gap="xs">
        <Group gap="xs">
          <Badge variant="light">{say(`plan.owner.${question.owner}`)}</Badge>
          <Text size="sm">
            {asked.processName}: {question.activity}
          </Text>
        </Group>
        {question.choices.length > 0 && (
          <Radio.Group label={question.message} value={choice} onChange={setChoice}>
            <Stack gap={4} mt={4}>
              {question.choices.map(({ answer: value, label }) => (
                <Radio key={value} value={value} label={label} disabled={!editable} />
              ))}
            </Stack>
          </Radio.Group>
        )}
        {question.freeText && (
          <TextInput
            label={question.choices.length > 0 ? say('plan.freeText') : question.message}
            value={choice}
            disabled={!editable}
            onChange={(event) => setChoice(event.currentTarget.value)}
          />
        )}
        {editable && (
          <Group gap="xs">
            <Button size="xs" disabled={choice === ''} onClick={() => answer({ [question.id]: choice })}>
              {say('plan.answerOne')}
            </Button>
            {asked.alike > 1 && (
              <Button
                size="xs"
                variant="default"
                disabled={choice === ''}
                onClick={() => answer({ [question.groupKey]: choice })}
              >
                {say('plan.answerAlike', { count: asked.alike })}
              </Button>
            )}
            {asked.answer !== null && (
              <Button
                size="xs"
                variant="subtle"
                onClick={() => answer({ [question.id]: null, [question.groupKey]: null })}
              >
                {say('plan.takeBack')}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Card>
  );
}
