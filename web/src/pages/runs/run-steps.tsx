import { Badge, Button, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { runs } from '../../api/resources.ts';
import type { RunDetail, RunStep } from '../../api/types.ts';
import { Failure } from '../../app/failure.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { runColour } from './run-colour.ts';
import classes from './run-steps.module.css';

interface StepsProperties {
  readonly run: RunDetail;
  readonly open: string | null;
  readonly choose: (step: string) => void;
  readonly retry: (step: string) => void;
}

/** Every step with its state, a bar for its time within the run, its outputs and its log. */
export function RunSteps({ run, open, choose, retry }: StepsProperties) {
  const { say } = useText();
  const { may } = useSession();
  const first = Date.parse(run.startedAt ?? run.requestedAt);
  const last = Math.max(
    first + 1,
    ...run.stepList.map((step) => Date.parse(step.endedAt ?? step.startedAt ?? run.requestedAt)),
  );
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('runs.step')}</Table.Th>
            <Table.Th>{say('upgrades.state')}</Table.Th>
            <Table.Th>{say('runs.timeline')}</Table.Th>
            <Table.Th>{say('runs.outputs')}</Table.Th>
            <Table.Th>{say('users.actions')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {run.stepList.map((step) => (
            <Table.Tr key={step.id} data-step={step.activity}>
              <Table.Td>
                {step.activity} {step.turn}
                <Text size="xs">
                  {step.stepType ?? step.type} {step.pluginVersion ?? ''} {step.agent ?? ''}
                </Text>
              </Table.Td>
              <Table.Td>
                <Badge color={runColour(step.state)}>{say(`step.state.${step.state}`)}</Badge>
                {step.reason && <Text size="xs">{step.reason}</Text>}
              </Table.Td>
              <Table.Td>
                <Bar step={step} first={first} last={last} />
              </Table.Td>
              <Table.Td>
                {Object.entries(step.outputs).map(([name, value]) => (
                  <Text key={name} size="xs">
                    {name} = {value}
                  </Text>
                ))}
              </Table.Td>
              <Table.Td>
                <Group gap="xs">
                  {step.logBytes > 0 && (
                    <Button
                      size="xs"
                      variant="default"
                      aria-pressed={open === step.id}
                      aria-label={say('runs.logOf', { step: step.activity })}
                      onClick={() => choose(step.id)}
                    >
                      {say('runs.log')}
                    </Button>
                  )}
                  {(step.state === 'failed' || step.state === 'uncertain') && may('process-run') && (
                    <Button
                      size="xs"
                      aria-label={say('runs.retryFrom', { step: step.activity })}
                      onClick={() => retry(step.id)}
                    >
                      {say('runs.retryHere')}
                    </Button>
                  )}
                </Group>
                {step.state === 'asking' && may('process-run') && <ManualTask runId={run.id} step={step} />}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Bar({ step, first, last }: { readonly step: RunStep; readonly first: number; readonly last: number }) {
  if (step.startedAt === null) return null;
  const from = Date.parse(step.startedAt);
  const to = step.endedAt === null ? last : Date.parse(step.endedAt);
  const share = (time: number) => (100 * (time - first)) / (last - first);
  return (
    <div className={classes['line']}>
      <div
        className={classes['bar']}
        style={{ left: `${Math.min(98, share(from))}%`, width: `${Math.max(2, share(to) - share(from))}%` }}
      />
    </div>
  );
}

/** A task that a person does: it succeeded or failed. */
function ManualTask({ runId, step }: { readonly runId: string; readonly step: RunStep }) {
  const { say } = useText();
  const client = useQueryClient();
  const [comment, setComment] = useState('');
  const complete = useMutation({
    mutationFn: (success: boolean) => runs.completeTask(runId, step.id, { success, ...(comment ? { comment } : {}) }),
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
  return (
    <Stack gap={4} mt="xs">
      <TextInput
        size="xs"
        label={say('runs.comment')}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <Group gap="xs">
        <Button size="xs" color="green" onClick={() => complete.mutate(true)}>
          {say('runs.taskDone')}
        </Button>
        <Button size="xs" color="red" variant="outline" onClick={() => complete.mutate(false)}>
          {say('runs.taskFailed')}
        </Button>
      </Group>
      {complete.error && <Failure error={complete.error} />}
    </Stack>
  );
}
