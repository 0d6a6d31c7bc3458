import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { RunStep } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { useText } from '../../text/index.tsx';

/** A task that a person does: it succeeded or failed. */
export function ManualTask({ runId, step }: { readonly runId: string; readonly step: RunStep }) {
  const { say } = useText();
  const client = useQueryClient();
  const [comment, setComment] = useState('');
  const complete = useMutation({
    mutationFn: (success: boolean) =>
      api.runs.completeTask({
        params: { id: runId, step: step.id },
        body: { success, ...(comment ? { comment } : {}) },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
  return (
    <>
      <Group gap="xs" align="end">
        <TextInput
          label={say('runs.comment')}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <Button onClick={() => complete.mutate(true)}>{say('runs.taskDone')}</Button>
        <Button variant="default" onClick={() => complete.mutate(false)}>
          {say('runs.taskFailed')}
        </Button>
      </Group>
      {complete.error && <Failure error={complete.error} />}
    </>
  );
}
