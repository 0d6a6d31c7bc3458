import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api } from '../api/client.ts';
import { isOver, useOperation } from '../api/use-operation.ts';
import { useText } from '../text/index.tsx';
import { Failure } from './failure.tsx';
import { OperationProgress } from './operation-progress.tsx';

/** Plans the upgrade of the processes that stand behind, and opens it. */
export function MakePlan({ plugin, label }: { readonly plugin: string; readonly label: string }) {
  const { say } = useText();
  const navigate = useNavigate();
  const [started, setStarted] = useState<string | null>(null);
  const operation = useOperation(started);
  const make = useMutation({
    mutationFn: () => api.plans.createPlan({ body: { plugin } }),
    onSuccess: ({ id }) => setStarted(id),
  });
  const made = operation?.state === 'success' ? String(operation.result) : null;
  useEffect(() => {
    if (made) void navigate({ to: '/upgrades/$id', params: { id: made } });
  }, [made, navigate]);
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={label}
        loading={make.isPending || (operation !== null && !isOver(operation))}
        onClick={() => make.mutate()}
      >
        {say('plugins.planDots')}
      </Button>
      {make.error && <Failure error={make.error} />}
      {operation?.state === 'fail' && <OperationProgress operation={operation} />}
    </>
  );
}
