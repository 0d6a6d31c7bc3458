import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import type { PlanHeader } from '../../api/types.ts';
import { useOperation } from '../../api/use-operation.ts';
import { askWhy, confirm } from '../../parts/confirm.tsx';
import { useText } from '../../text/index.tsx';
import { givenWhy } from './given-why.ts';

/** From so many processes on, applying asks for the plugin's name. */
const many = 100;

/** Everything that can be done with a plan as a whole, each asked about first, and what is under way. */
export function usePlanActs(plan: PlanHeader) {
  const { say } = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [started, setStarted] = useState<string | null>(null);
  const [redoing, setRedoing] = useState<string | null>(null);
  const operation = useOperation(redoing ?? started ?? plan.operation);
  const onSettled = () => client.invalidateQueries({ queryKey: ['plans'] });
  const onSuccess = ({ id }: { readonly id: string }): void => setStarted(id);
  const apply = useMutation({
    mutationFn: (why: string) => api.plans.applyPlan({ params: { id: plan.id }, body: givenWhy(why) }),
    onSuccess,
    onSettled,
  });
  const pause = useMutation({ mutationFn: () => api.plans.pausePlan({ params: { id: plan.id } }), onSettled });
  const redo = useMutation({
    mutationFn: (why: string) => api.plans.redoPlan({ params: { id: plan.id }, body: givenWhy(why) }),
    onSuccess: ({ id }) => setRedoing(id),
    onSettled,
  });
  const discard = useMutation({
    mutationFn: () => api.plans.discardPlan({ params: { id: plan.id } }),
    onSuccess: async () => {
      await onSettled();
      await navigate({ to: '/upgrades' });
    },
  });
  const again = redoing !== null && operation?.state === 'success' ? String(operation.result) : null;
  useEffect(() => {
    if (again) void navigate({ to: '/upgrades/$id', params: { id: again } });
  }, [again, navigate]);

  const cutOff = plan.state === 'applying' && plan.interrupted;
  const askToApply = async (): Promise<void> => {
    const why = await askWhy({
      title: say(cutOff ? 'plan.resumeTitle' : 'plan.applyTitle', { name: plan.plugin.name }),
      sentence: say('plan.applySentence', {
        processes: say('plan.processCount', { count: plan.totals.processes }),
        values: say('plan.valueCount', { count: plan.totals.valuesChanged }),
        name: plan.plugin.name,
        version: plan.to,
      }),
      act: say(cutOff ? 'plan.resume' : 'plan.apply'),
      reason: say('plan.whyOptional'),
      optional: true,
      ...(plan.totals.processes >= many ? { word: plan.plugin.name } : {}),
    });
    if (why !== null) apply.mutate(why);
  };
  const askToRedo = async (): Promise<void> => {
    const why = await askWhy({
      title: say('plan.redoTitle', { name: plan.plugin.name, version: plan.to }),
      sentence: say('plan.redoSentence'),
      act: say('plan.redo'),
      reason: say('plan.whyOptional'),
      optional: true,
    });
    if (why !== null) redo.mutate(why);
  };
  const askToDiscard = async (): Promise<void> => {
    const sure = await confirm({
      title: say('plan.discardTitle', { plan: plan.id }),
      sentence: say('plan.discardSentence'),
      act: say('plan.discard'),
      danger: true,
    });
    if (sure) discard.mutate();
  };
  const errors = [apply, pause, redo, discard].flatMap(({ error }) => error ?? []);
  return { operation, setStarted, cutOff, errors, apply, pause, redo, discard, askToApply, askToRedo, askToDiscard };
}
