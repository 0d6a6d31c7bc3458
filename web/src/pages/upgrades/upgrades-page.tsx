import { Button, Card, Group, NativeSelect, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import type { PlanHeader } from '../../api/types.ts';
import { useOperation } from '../../api/use-operation.ts';
import { Chip } from '../../parts/chip.tsx';
import table from '../../parts/data-table.module.css';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Monogram } from '../../parts/monogram.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { stateTones } from './plan-words.ts';

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
  const { say, number } = useText();
  if (items.length === 0) return <Text>{say('upgrades.none')}</Text>;
  return (
    <DataTable
      label={say('upgrades.history')}
      columns={[
        say('upgrades.planColumn'),
        say('upgrades.versions'),
        say('upgrades.state'),
        say('menu.processes'),
        say('upgrades.made'),
      ]}
    >
      {items.map((plan) => (
        <Table.Tr key={plan.id} data-row="">
          <Table.Td>
            <span className={table['name']}>
              <Monogram name={plan.plugin.name} />
              <Link to="/upgrades/$id" params={{ id: plan.id }}>
                {plan.id}: {plan.plugin.name}
              </Link>
              {plan.succeeds && <Chip line>{say('plan.succeeds', plan.succeeds)}</Chip>}
            </span>
          </Table.Td>
          <Table.Td className={table['mono'] ?? ''}>
            {plan.from.join(', ')} → {plan.to}
          </Table.Td>
          <Table.Td miw={230}>
            <span className={table['chips']}>
              <Chip tone={plan.interrupted ? 'care' : stateTones[plan.state]}>
                {say(plan.interrupted ? 'plan.interrupted' : `plan.state.${plan.state}`)}
              </Chip>
              {plan.openQuestions > 0 && (
                <Chip tone="ask">{say('plan.answersMissing', { count: plan.openQuestions })}</Chip>
              )}
            </span>
          </Table.Td>
          <Table.Td data-label={say('menu.processes')}>{number(plan.totals.processes)}</Table.Td>
          <Table.Td>
            <Moment at={plan.createdAt} />, {plan.createdBy}
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
