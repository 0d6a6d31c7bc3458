import { Alert, Badge, Button, Group, Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { plans } from '../../api/resources.ts';
import { Failure } from '../../app/failure.tsx';
import { Loading } from '../../app/loading.tsx';
import { useText } from '../../text/index.tsx';
import { PlanActions } from './plan-actions.tsx';
import { PlanEntries } from './plan-entries.tsx';
import { PlanGroups } from './plan-groups.tsx';
import { PlanNumbers } from './plan-numbers.tsx';
import { PlanQuestions } from './plan-questions.tsx';
import { PlanWaves } from './plan-waves.tsx';

/** A plan, shared by its address: numbers first, then groups of identical change, then each process. */
export default function PlanPage() {
  const { say } = useText();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({ queryKey: ['plans', 'one', id], queryFn: () => plans.show(id) });
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const plan = query.data;
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>
          {plan.plugin.name}: {plan.from.join(', ')} → {plan.to}
        </Title>
        <Group gap="xs">
          <Badge size="lg" variant="light">
            {say(`plan.state.${plan.state}`)}
          </Badge>
          <Button
            component="a"
            href={plans.documentAddress(plan.id)}
            download={`plan-${plan.id}.json`}
            variant="default"
            size="xs"
          >
            {say('plan.download')}
          </Button>
        </Group>
      </Group>
      <PlanNumbers plan={plan} />
      {plan.problems.map((problem) => (
        <Alert key={`${problem.code} ${problem.message}`} color={problem.severity === 'error' ? 'red' : 'yellow'}>
          <Text size="sm">
            {problem.message} {problem.hint && `→ ${problem.hint}`}
          </Text>
        </Alert>
      ))}
      <PlanActions plan={plan} />
      <PlanWaves plan={plan} />
      <Tabs defaultValue={plan.openQuestions > 0 ? 'questions' : 'groups'} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="groups">{say('plan.groups')}</Tabs.Tab>
          <Tabs.Tab value="questions">
            {say('plan.questions', { open: plan.openQuestions, all: plan.totals.questions })}
          </Tabs.Tab>
          <Tabs.Tab value="processes">{say('menu.processes')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="groups" pt="sm">
          <PlanGroups planId={plan.id} />
        </Tabs.Panel>
        <Tabs.Panel value="questions" pt="sm">
          <PlanQuestions plan={plan} />
        </Tabs.Panel>
        <Tabs.Panel value="processes" pt="sm">
          <PlanEntries planId={plan.id} total={plan.totals.processes} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
