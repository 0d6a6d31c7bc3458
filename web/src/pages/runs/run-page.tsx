import { Anchor, Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { runs } from '../../api/resources.ts';
import { Failure } from '../../app/failure.tsx';
import { Loading } from '../../app/loading.tsx';
import { Moment } from '../../app/moment.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { RunArtefacts } from './run-artefacts.tsx';
import { runColour } from './run-colour.ts';
import { RunGraph } from './run-graph.tsx';
import { RunSteps } from './run-steps.tsx';
import { StepLog } from './step-log.tsx';

const over = new Set(['succeeded', 'failed', 'cancelled']);

export default function RunPage() {
  const { say } = useText();
  const { may } = useSession();
  const { id } = useParams({ strict: false }) as { id: string };
  const client = useQueryClient();
  const [step, setStep] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ['runs', 'one', id],
    queryFn: () => runs.show(id),
    refetchInterval: ({ state }) => (state.data && over.has(state.data.state) ? false : 2_000),
  });
  const readAgain = () => client.invalidateQueries({ queryKey: ['runs'] });
  const cancel = useMutation({ mutationFn: () => runs.cancel(id), onSettled: readAgain });
  const retry = useMutation({ mutationFn: (from?: string) => runs.retry(id, from), onSettled: readAgain });
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const run = query.data;
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>{run.processName}</Title>
        <Badge size="lg" color={runColour(run.state)} role="status">
          {say(`run.state.${run.state}`)}
        </Badge>
      </Group>
      <Text size="sm">
        <Anchor
          underline="always"
          renderRoot={(properties) => <Link to="/processes/$id" params={{ id: run.processId }} {...properties} />}
        >
          {say('runs.ofVersion', { version: run.processVersion })}
        </Anchor>
        {' · '}
        {run.requestedBy}
        {' · '}
        <Moment at={run.startedAt} /> – <Moment at={run.endedAt} />
      </Text>
      {run.reason && <Text role="alert">{run.reason}</Text>}
      {may('process-run') && (
        <Group>
          {!over.has(run.state) && (
            <Button color="red" variant="outline" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              {say('runs.cancel')}
            </Button>
          )}
          {run.state === 'failed' && (
            <Button loading={retry.isPending} onClick={() => retry.mutate(undefined)}>
              {say('runs.retry')}
            </Button>
          )}
        </Group>
      )}
      {cancel.error && <Failure error={cancel.error} />}
      {retry.error && <Failure error={retry.error} />}
      <RunGraph run={run} open={step} choose={setStep} />
      <RunSteps run={run} open={step} choose={setStep} retry={(from) => retry.mutate(from)} />
      <RunArtefacts run={run} />
      {step !== null && (
        <StepLog
          key={step}
          runId={run.id}
          stepId={step}
          size={run.stepList.find(({ id }) => id === step)?.logBytes ?? 0}
        />
      )}
    </Stack>
  );
}
