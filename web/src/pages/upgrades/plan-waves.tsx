import { Alert, Button, Group, NativeSelect, NumberInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Call, PlanHeader, PlanWaves as Waves } from '../../api/types.ts';
import { useOperation } from '../../api/use-operation.ts';
import { askWhy } from '../../parts/confirm.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { givenWhy } from './given-why.ts';
import classes from './plan-section.module.css';
import { WaveTable } from './wave-table.tsx';

/** A labelled part first, then the rest: choose it, see how it fares, pause, continue. */
export function PlanWaves({ plan }: { readonly plan: PlanHeader }) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const [started, setStarted] = useState<string | null>(null);
  const operation = useOperation(started);
  const busy = plan.state === 'applying' && !plan.interrupted;
  const query = useQuery({
    queryKey: ['plans', 'waves', plan.id],
    queryFn: () => api.plans.showWaves({ params: { id: plan.id } }),
    // chunks are not told one by one
    refetchInterval: busy ? 1_000 : false,
  });
  const readAgain = () => client.invalidateQueries({ queryKey: ['plans'] });
  const apply = useMutation({
    mutationFn: (body: Call<'plans', 'applyPlan'>['body']) => api.plans.applyPlan({ params: { id: plan.id }, body }),
    onSuccess: ({ id }) => setStarted(id),
    onSettled: readAgain,
  });
  const pause = useMutation({
    mutationFn: () => api.plans.pausePlan({ params: { id: plan.id } }),
    onSettled: readAgain,
  });
  const resume = useMutation({
    mutationFn: (body: Call<'plans', 'continuePlan'>['body']) =>
      api.plans.continuePlan({ params: { id: plan.id }, body }),
    onSuccess: ({ id }) => setStarted(id),
    onSettled: readAgain,
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const mayApply = may('plan-apply');
  const askToApply = async (body: Part, waiting: number): Promise<void> => {
    const why = await askWhy({
      title: say('waves.applyTitle', { wave: body.wave }),
      sentence: say('waves.applySentence', { count: waiting, wave: body.wave }),
      act: say('waves.apply'),
      reason: say('plan.whyOptional'),
      optional: true,
    });
    if (why !== null) apply.mutate({ ...body, ...givenWhy(why) });
  };
  const askToContinue = async (stopAbove: number | null): Promise<void> => {
    const why = await askWhy({
      title: say('waves.continueTitle', { name: plan.plugin.name }),
      sentence: say(stopAbove === null ? 'waves.continueSentence' : 'waves.continueLimit', {
        percent: 100 * (stopAbove ?? 0),
      }),
      act: say('waves.continue'),
      reason: say('plan.whyOptional'),
      optional: true,
    });
    if (why !== null) resume.mutate({ stopAbove, ...givenWhy(why) });
  };
  return (
    <section className={classes['section']} aria-labelledby="waves">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4" id="waves">
            {say('waves.title')}
          </Title>
          {busy && mayApply && (
            <Button size="xs" color="orange" loading={pause.isPending} onClick={() => pause.mutate()}>
              {say('waves.pause')}
            </Button>
          )}
        </Group>
        {plan.state === 'paused' && <Paused plan={plan} />}
        <WaveTable waves={query.data} />
        {mayApply && plan.state === 'paused' && (
          <Continue plan={plan} pending={resume.isPending} go={(limit) => void askToContinue(limit)} />
        )}
        {mayApply && !busy && (
          <ChoosePart
            plan={plan}
            waves={query.data}
            pending={apply.isPending}
            go={(part, waiting) => void askToApply(part, waiting)}
          />
        )}
        {operation?.state === 'fail' && <OperationProgress operation={operation} />}
        {[apply.error, pause.error, resume.error].map(
          (error) => error && <Failure key={String(error)} error={error} />,
        )}
      </Stack>
    </section>
  );
}

function Paused({ plan }: { readonly plan: PlanHeader }) {
  const { say } = useText();
  const { pause, wave } = plan.course;
  if (!pause) return null;
  const why = pause.rate
    ? say(`waves.tooMany.${pause.rate.of}`, { failed: pause.rate.failed, total: pause.rate.total })
    : pause.why === 'wave-done'
      ? say('waves.done', { wave: wave ?? '' })
      : say('waves.asked', { by: pause.by });
  return (
    <Alert color={pause.why === 'failures' ? 'red' : 'blue'} role="status">
      {why}
    </Alert>
  );
}

interface ContinueProperties {
  readonly plan: PlanHeader;
  readonly pending: boolean;
  /** A share of 1, or null for no limit. */
  readonly go: (stopAbove: number | null) => void;
}

function Continue({ plan, pending, go }: ContinueProperties) {
  const { say } = useText();
  const { stopAbove } = plan.course;
  const [limit, setLimit] = useState<Percent>(stopAbove === null ? '' : stopAbove * 100);
  return (
    <Group align="end">
      <Limit value={limit} change={setLimit} label={say('waves.newLimit')} />
      <Button loading={pending} onClick={() => go(shareOf(limit) ?? null)}>
        {say('waves.continueDots')}
      </Button>
    </Group>
  );
}

interface Part {
  readonly wave: string;
  readonly stopAbove?: number;
}

interface PartProperties {
  readonly plan: PlanHeader;
  readonly waves: Waves;
  readonly pending: boolean;
  readonly go: (part: Part, waiting: number) => void;
}

function ChoosePart({ plan, waves, pending, go }: PartProperties) {
  const { say } = useText();
  const left = waves.labels.filter(({ pending: waiting }) => waiting > 0);
  const [chosen, setChosen] = useState('');
  const [limit, setLimit] = useState<Percent>(5);
  const part = left.find((one) => one.label === chosen) ?? left[0];
  const isOpen = plan.state === 'planned' || plan.state === 'paused' || plan.interrupted;
  if (!isOpen) return null;
  if (part === undefined) {
    return (
      <Text size="sm" c="dimmed">
        {say('waves.noLabels')}
      </Text>
    );
  }
  const share = shareOf(limit);
  return (
    <Group align="end">
      <NativeSelect
        label={say('waves.part')}
        value={part.label}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={left.map((one) => ({
          value: one.label,
          label: say('waves.label', { label: one.label, waiting: one.pending, all: one.processes }),
        }))}
      />
      <Limit value={limit} change={setLimit} label={say('waves.limit')} />
      <Button
        variant="default"
        loading={pending}
        onClick={() => go({ wave: part.label, ...(share === undefined ? {} : { stopAbove: share }) }, part.pending)}
      >
        {say('waves.applyDots')}
      </Button>
      {plan.openQuestions > 0 && (
        <Text size="sm" c="dimmed">
          {say('waves.ownQuestions')}
        </Text>
      )}
    </Group>
  );
}

/** Percent as typed; empty for no limit. */
type Percent = number | string;

interface LimitProperties {
  readonly value: Percent;
  readonly change: (value: Percent) => void;
  readonly label: string;
}

function Limit({ value, change, label }: LimitProperties) {
  return <NumberInput label={label} suffix=" %" min={0} max={100} value={value} onChange={change} w={180} />;
}

function shareOf(percent: Percent): number | undefined {
  return percent === '' ? undefined : Number(percent) / 100;
}
