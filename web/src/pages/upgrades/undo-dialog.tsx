import { Button, Card, List, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useText } from '../../text/index.tsx';
import { givenWhy } from './given-why.ts';

interface DialogProperties {
  readonly planId: string;
  readonly opened: boolean;
  readonly close: () => void;
  readonly done: (operationId: string) => void;
}

/** What undoing would do, and what it asks where somebody edited since; an interrupted one is gone on with here too. */
export function UndoDialog({ planId, opened, close, done }: DialogProperties) {
  const { say } = useText();
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={say('plan.undoTitle')}
      closeButtonProps={{ 'aria-label': say('plan.close') }}
    >
      {opened && <UndoPreview planId={planId} done={done} />}
    </Modal>
  );
}

function UndoPreview({ planId, done }: { readonly planId: string; readonly done: (operationId: string) => void }) {
  const { say } = useText();
  const query = useQuery({
    queryKey: ['plans', 'undo', planId],
    queryFn: () => api.plans.previewUndo({ params: { id: planId } }),
    gcTime: 0,
  });
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({});
  const [why, setWhy] = useState('');
  const undo = useMutation({
    mutationFn: () => api.plans.undoPlan({ params: { id: planId }, body: { answers, ...givenWhy(why) } }),
    onSuccess: ({ id }) => done(id),
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const { restored, merged, conflicts, formerVersion, warnings = [] } = query.data;
  return (
    <Stack>
      <List>
        <List.Item>{say('plan.undoRestored', { count: restored })}</List.Item>
        <List.Item>{say('plan.undoMerged', { count: merged })}</List.Item>
        <List.Item>{say('plan.undoVersion', { version: formerVersion })}</List.Item>
        {warnings.map((warning) => (
          <List.Item key={warning} lang="en">
            {warning}
          </List.Item>
        ))}
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
      <TextInput
        label={say('plan.whyOptional')}
        maxLength={1000}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
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
