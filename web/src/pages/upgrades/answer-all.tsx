import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { PlanHeader } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { useAnswer } from '../../parts/use-answer.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { isAnswerable } from './plan-words.ts';

/** One answer for every step that the new version does not list; nothing where none is asked about. */
export function AnswerAll({ plan }: { readonly plan: PlanHeader }) {
  const { say } = useText();
  const { may } = useSession();
  const answer = useAnswer(plan.id);
  const { data } = useQuery({
    queryKey: ['plans', 'questions', plan.id, 'some'],
    queryFn: () => api.plans.listQuestions({ params: { id: plan.id }, query: { limit: 200 } }),
    enabled: plan.totals.questions > 0,
  });
  const unlisted = data?.items.some(({ question }) => question.kind === 'unlisted-step') ?? false;
  if (!unlisted || !may('plan-answer') || !isAnswerable(plan)) return null;
  return (
    <>
      <Group role="group" aria-labelledby="all-unlisted" gap={6}>
        <Text size="xs" c="dimmed" id="all-unlisted" w="100%">
          {say('plan.allUnlisted')}
        </Text>
        {(['delete', 'pin', 'carry'] as const).map((policy) => (
          <Button key={policy} size="compact-sm" variant="default" onClick={() => answer.mutate({ '*': policy })}>
            {say(`plan.policy.${policy}`)}
          </Button>
        ))}
        <Button size="compact-sm" variant="subtle" onClick={() => answer.mutate({ '*': null })}>
          {say('plan.takeBackAll')}
        </Button>
      </Group>
      {answer.error && <Failure error={answer.error} />}
    </>
  );
}
