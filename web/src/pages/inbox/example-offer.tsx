import { Alert, Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { isOver, useOperation } from '../../api/use-operation.ts';
import { Failure } from '../../parts/failure.tsx';
import { useText } from '../../text/index.tsx';

/** Fills an empty server with the example data in one click. */
export function ExampleOffer() {
  const { say } = useText();
  const client = useQueryClient();
  const [operationId, setOperationId] = useState<string | null>(null);
  const operation = useOperation(operationId);
  const load = useMutation({
    mutationFn: () => api.settings.loadExamples(),
    onSuccess: ({ id }) => setOperationId(id),
    onSettled: () => client.invalidateQueries(),
  });
  if (operation?.state === 'success') {
    return (
      <Alert color="green" role="status" title={say('start.examplesReady')}>
        <Button renderRoot={(properties) => <Link to="/upgrades" {...properties} />}>{say('start.toUpgrades')}</Button>
      </Alert>
    );
  }
  return (
    <Alert color="blue" title={say('start.firstVisit')}>
      <Text mb="xs">{say('start.intro')}</Text>
      <Text mb="sm">{say('start.firstVisitText')}</Text>
      <Button loading={load.isPending || (operation !== null && !isOver(operation))} onClick={() => load.mutate()}>
        {say('start.loadExamples')}
      </Button>
      {load.error && <Failure error={load.error} />}
      {operation?.reason && <Text role="alert">{operation.reason.message}</Text>}
    </Alert>
  );
}
