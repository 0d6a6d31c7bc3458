import { Alert, Button, Card, Group, List, Modal, Radio, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { plans } from '../../api/resources.ts';
import type { PlanHeader } from '../../api/types.ts';
import { useOperation } from '../../api/use-operation.ts';
import { Failure } from '../../app/failure.tsx';
import { Loading } from '../../app/loading.tsx';
import { OperationProgress } from '../../app/operation-progress.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

/** Apply with progress, stop, resume, undo after a look at what later edits do to it, discard. */
export function PlanActions({ plan }: { readonly plan: PlanHeader }) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [started, setStarted] = useState<string | null>(null);
  const [undoing, setUndoing] = useState(false);
  const operation = useOperation(started ?? plan.operation);
  const readAgain = () => client.invalidateQueries({ queryKey: ['plans'] });
  const apply = useMutation({
    mutationFn: () => plans.apply(plan.id),
    onSuccess: ({ id }) => setStarted(id),
    onSettled: readAgain,
  });
  const stop = useMutation({ mutationFn: () => plans.stop(plan.id), onSettled: readAgain });
  const discard = useMutation({
    mutationFn: () => plans.discard(plan.id),
    onSuccess: async () => {
      await readAgain();
      await navigate({ to: '/upgrades' });
    },
  });
  const busy = plan.state === 'applying' || plan.state === 'undoing';
  return (
    <Stack gap="xs">
      {operation && <OperationProgress operation={operation} />}
      {may('plan-apply') && (
        <Group>
          {(plan.state === 'planned' || plan.state === 'stopped') && (
            <Button
              disabled={plan.openQuestions > 0 || plan.totals.processes === 0}
              loading={apply.isPending}
              onClick={() => apply.mutate()}
            >
              {say(plan.state === 'stopped' ? 'plan.resume' : 'plan.apply')}
            </Button>
          )}
          {busy && (
            <Button color="orange" loading={stop.isPending} onClick={() => stop.mutate()}>
              {say('plan.stop')}
            </Button>
          )}
          {(plan.state === 'applied' || plan.state === 'stopped' || plan.state === 'paused') && (
            <Button variant="default" onClick={() => setUndoing(true)}>
              {say('plan.undo')}
            </Button>
          )}
          {plan.state === 'planned' && (
            <Button variant="subtle" color="red" onClick={() => discard.mutate()}>
              {say('plan.discard')}
            </Button>
          )}
        </Group>
      )}
      {plan.openQuestions > 0 && (plan.state === 'planned' || plan.state === 'stopped') && (
        <Alert color="orange">
          {say('plan.answerFirst', { count: plan.openQuestions })}{' '}
          {plan.state === 'stopped' && say('plan.editedMeanwhile')}
        </Alert>
      )}
      {[apply.error, stop.error, discard.error].map((error) => error && <Failure key={String(error)} error={error} />)}
      <Modal
        opened={undoing}
        onClose={() => setUndoing(false)}
        size="lg"
        title={say('plan.undoTitle')}
        closeButtonProps={{ 'aria-label': say('plan.close') }}
      >
        {undoing && (
          <UndoPreview
            planId={plan.id}
            done={(id) => {
              setStarted(id);
              setUndoing(false);
              void readAgain();
            }}
          />
        )}
      </Modal>
    </Stack>
  );
}

function UndoPreview({ planId, done }: { readonly planId: string; readonly done: (operationId: string) => void }) {
  const { say } = useText();
  const query = useQuery({ queryKey: ['plans', 'undo', planId], queryFn: () => plans.previewUndo(planId), gcTime: 0 });
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({});
  const undo = useMutation({ mutationFn: () => plans.undo(planId, answers), onSuccess: ({ id }) => done(id) });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const { restored, merged, conflicts, formerVersion } = query.data;
  return (
    <Stack>
      <List>
        <List.Item>{say('plan.undoRestored', { count: restored })}</List.Item>
        <List.Item>{say('plan.undoMerged', { count: merged })}</List.Item>
        <List.Item>{say('plan.undoVersion', { version: formerVersion })}</List.Item>
      </List>
      {conflicts.map(({ processId, name, questions }) => (
        <Card key={processId} withBorder>
          <Text fw={600}>{name}</Text>
          {questions.map(({ id, message, choices }) => (
            <Radio.Group
              key={id}
              mt="xs"
              label={message}
              value={answers[id] ?? ''}
              onChange={(value) => setAnswers({ ...answers, [id]: value })}
            >
              <Stack gap={4} mt={4}>
                {choices.map(({ answer, label }) => (
                  <Radio key={answer} value={answer} label={label} />
                ))}
              </Stack>
            </Radio.Group>
          ))}
        </Card>
      ))}
      {undo.error && <Failure error={undo.error} />}
      <Button
        color="red"
        loading={undo.isPending}
        disabled={conflicts.some(({ questions }) => questions.some(({ id }) => answers[id] === undefined))}
        onClick={() => undo.mutate()}
      >
        {say('plan.undoNow')}
      </Button>
    </Stack>
  );
}
