import { Anchor, Badge, Button, Card, Group, NativeSelect, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import type { PlanHeader } from '../../api/types.ts';
import { useOperation } from '../../api/use-operation.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import stacked from '../../parts/stacked-table.module.css';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

export default function UpgradesPage() {
  const { say } = useText();
  const { may } = useSession();
  const query = useQuery({
    queryKey: ['plans', 'list'],
    queryFn: () => api.plans.listPlans({ query: { limit: 200 } }),
  });
  return (
    <Stack>
      <Title order={1}>{say('menu.upgrades')}</Title>
      {may('plan-make') && <NewPlan />}
      <Title order={2} size="h4">
        {say('upgrades.history')}
      </Title>
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data && <PlanTable plans={query.data.items} />}
    </Stack>
  );
}

/** Choose a plugin and one of its installed versions; the plan opens when it is made. */
function NewPlan() {
  const { say } = useText();
  const navigate = useNavigate();
  const [plugin, setPlugin] = useState('');
  const [version, setVersion] = useState('');
  const [operationId, setOperationId] = useState<string | null>(null);
  const operation = useOperation(operationId);
  const installed = useQuery({
    queryKey: ['plugins', 'list', 'installed', ''],
    queryFn: () => api.plugins.listPlugins({ query: { state: 'installed' } }),
  });
  const detail = useQuery({
    queryKey: ['plugins', 'detail', plugin],
    queryFn: () => api.plugins.showPlugin({ params: { id: plugin } }),
    enabled: plugin !== '',
  });
  const make = useMutation({
    mutationFn: () => api.plans.createPlan({ body: { plugin, ...(version ? { to: Number(version) } : {}) } }),
    onSuccess: ({ id }) => setOperationId(id),
  });
  const made = operation?.state === 'success' ? planIdOf(operation.result) : null;
  useEffect(() => {
    if (made) void navigate({ to: '/upgrades/$id', params: { id: made } });
  }, [made, navigate]);
  const withSteps = installed.data?.items.filter(({ stepTypes }) => stepTypes > 0) ?? [];
  const versions = detail.data?.versions.filter((one) => /^\d+$/.test(one.version)) ?? [];
  return (
    <Card withBorder component="section" aria-label={say('upgrades.new')}>
      <Group align="end">
        <NativeSelect
          label={say('upgrades.plugin')}
          value={plugin}
          onChange={(event) => {
            setPlugin(event.currentTarget.value);
            setVersion('');
          }}
          data={[
            { value: '', label: say('upgrades.choose') },
            ...withSteps.map(({ id, name }) => ({ value: id, label: `${name} (${id})` })),
          ]}
        />
        <NativeSelect
          label={say('upgrades.version')}
          value={version}
          disabled={plugin === ''}
          onChange={(event) => setVersion(event.currentTarget.value)}
          data={[
            { value: '', label: say('upgrades.highest') },
            ...versions.map((one) => ({ value: one.version, label: one.version })),
          ]}
        />
        <Button disabled={plugin === ''} loading={make.isPending} onClick={() => make.mutate()}>
          {say('upgrades.plan')}
        </Button>
      </Group>
      {make.error && <Failure error={make.error} />}
      {operation && !made && <OperationProgress operation={operation} />}
    </Card>
  );
}

function planIdOf(result: unknown): string | null {
  if (typeof result === 'string') return result;
  const { plan, id } = (result ?? {}) as { plan?: unknown; id?: unknown };
  return typeof plan === 'string' ? plan : typeof id === 'string' ? id : null;
}

function PlanTable({ plans: items }: { readonly plans: readonly PlanHeader[] }) {
  const { say } = useText();
  if (items.length === 0) return <Text>{say('upgrades.none')}</Text>;
  return (
    <Table striped className={stacked['table'] ?? ''}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('upgrades.planColumn')}</Table.Th>
          <Table.Th>{say('upgrades.versions')}</Table.Th>
          <Table.Th>{say('upgrades.state')}</Table.Th>
          <Table.Th>{say('menu.processes')}</Table.Th>
          <Table.Th>{say('upgrades.made')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((plan) => (
          <Table.Tr key={plan.id}>
            <Table.Td>
              <Anchor renderRoot={(properties) => <Link to="/upgrades/$id" params={{ id: plan.id }} {...properties} />}>
                {plan.id}: {plan.plugin.name}
              </Anchor>
            </Table.Td>
            <Table.Td>
              {plan.from.join(', ')} → {plan.to}
            </Table.Td>
            <Table.Td>
              <Badge variant="light">{say(plan.interrupted ? 'plan.interrupted' : `plan.state.${plan.state}`)}</Badge>
            </Table.Td>
            <Table.Td data-label={say('menu.processes')}>{plan.totals.processes}</Table.Td>
            <Table.Td>
              <Moment at={plan.createdAt} />, {plan.createdBy}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
