import { Alert, Button, Card, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { settings } from '../../api/resources.ts';
import { isOver, useOperation } from '../../api/use-operation.ts';
import { Failure } from '../../app/failure.tsx';
import { useSession } from '../../session/use-session.ts';
import { type TextKey, useText } from '../../text/index.tsx';

const doors = [
  { to: '/configuration/provisioning/plugins', title: 'menu.plugins', text: 'start.plugins' },
  { to: '/processes', title: 'menu.processes', text: 'start.processes' },
  { to: '/upgrades', title: 'menu.upgrades', text: 'start.upgrades' },
  { to: '/runs', title: 'menu.runs', text: 'start.runs' },
  { to: '/channels', title: 'menu.channels', text: 'start.channels' },
  { to: '/lint', title: 'menu.lint', text: 'start.lint' },
] as const satisfies readonly { to: string; title: TextKey; text: TextKey }[];

/** Explains itself on a first visit, and fills an empty server with the example data in one click. */
export default function StartPage() {
  const { say } = useText();
  const { firstVisit, may } = useSession();
  return (
    <Stack maw={900}>
      <Title order={1}>{say('start.title')}</Title>
      <Text>{say('start.intro')}</Text>
      {firstVisit && may('plugin-manage') && <ExampleOffer />}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {doors.map(({ to, title, text }) => (
          <Card key={to} withBorder renderRoot={(properties) => <Link to={to} {...properties} />}>
            <Title order={2} size="h4">
              {say(title)}
            </Title>
            <Text size="sm">{say(text)}</Text>
          </Card>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function ExampleOffer() {
  const { say } = useText();
  const client = useQueryClient();
  const [operationId, setOperationId] = useState<string | null>(null);
  const operation = useOperation(operationId);
  const load = useMutation({
    mutationFn: settings.loadExamples,
    onSuccess: ({ id }) => setOperationId(id),
    onSettled: () => client.invalidateQueries({ queryKey: ['plugins'] }),
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
      <Text size="sm" mb="sm">
        {say('start.firstVisitText')}
      </Text>
      <Button loading={load.isPending || (operation !== null && !isOver(operation))} onClick={() => load.mutate()}>
        {say('start.loadExamples')}
      </Button>
      {load.error && <Failure error={load.error} />}
      {operation?.reason && <Text role="alert">{operation.reason.message}</Text>}
    </Alert>
  );
}
