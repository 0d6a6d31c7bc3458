import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { plans } from '../../api/resources.ts';
import type { PlanHeader } from '../../api/types.ts';
import { useOperation } from '../../api/use-operation.ts';
import { confirm } from '../../parts/confirm.tsx';
import { Failure } from '../../parts/failure.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import classes from './plan-foot.module.css';
import { UndoDialog } from './undo-dialog.tsx';

/** From so many processes on, applying asks for the plugin's name. */
const many = 100;

/** What can be done with the plan as it stands: one thing first. */
export function PlanFoot({ plan }: { readonly plan: PlanHeader }) {
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
  const pause = useMutation({ mutationFn: () => plans.pause(plan.id), onSettled: readAgain });
  const discard = useMutation({
    mutationFn: () => plans.discard(plan.id),
    onSuccess: async () => {
      await readAgain();
      await navigate({ to: '/upgrades' });
    },
  });
  const cutOff = plan.state === 'applying' && plan.interrupted;
  const askToApply = async (): Promise<void> => {
    const sure = await confirm({
      title: say(cutOff ? 'plan.resumeTitle' : 'plan.applyTitle', { name: plan.plugin.name }),
      sentence: say('plan.applySentence', {
        processes: say('plan.processCount', { count: plan.totals.processes }),
        values: say('plan.valueCount', { count: plan.totals.valuesChanged }),
        name: plan.plugin.name,
        version: plan.to,
      }),
      act: say(cutOff ? 'plan.resume' : 'plan.apply'),
      ...(plan.totals.processes >= many ? { word: plan.plugin.name } : {}),
    });
    if (sure) apply.mutate();
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
  const busy = (plan.state === 'applying' || plan.state === 'undoing') && !plan.interrupted;
  const interrupted = plan.state === 'undoing' && plan.interrupted;
  const open = plan.state === 'planned' || cutOff;
  return (
    <div className={classes['foot']}>
      <div className={classes['said']}>
        {operation ? (
          <OperationProgress operation={operation} />
        ) : (
          say(cutOff ? 'plan.stands.interrupted' : `plan.stands.${plan.state}`)
        )}
        {open && plan.openQuestions > 0 && (
          <div>
            {say('plan.answerFirst', { count: plan.openQuestions })} {cutOff && say('plan.editedMeanwhile')}
          </div>
        )}
        {[apply.error, pause.error, discard.error].map(
          (error) => error && <Failure key={String(error)} error={error} />,
        )}
      </div>
      <Button component="a" href={plans.documentAddress(plan.id)} download={`plan-${plan.id}.json`} variant="default">
        {say('plan.download')}
      </Button>
      {may('plan-make') && plan.state === 'planned' && (
        <Button variant="default" loading={discard.isPending} onClick={() => void askToDiscard()}>
          {say('plan.discardDots')}
        </Button>
      )}
      {may('plan-apply') && (
        <>
          {busy && (
            <Button color="orange" variant="light" loading={pause.isPending} onClick={() => pause.mutate()}>
              {say('plan.pause')}
            </Button>
          )}
          {(plan.state === 'applied' || cutOff || plan.state === 'paused' || interrupted) && (
            <Button variant={interrupted ? 'filled' : 'default'} onClick={() => setUndoing(true)}>
              {say(interrupted ? 'plan.undoGoOn' : 'plan.undoDots')}
            </Button>
          )}
          {open && (
            <Button
              disabled={plan.openQuestions > 0 || plan.totals.processes === 0}
              loading={apply.isPending}
              onClick={() => void askToApply()}
            >
              {say(cutOff ? 'plan.resumeDots' : 'plan.applyDots')}
            </Button>
          )}
        </>
      )}
      <UndoDialog
        planId={plan.id}
        opened={undoing}
        close={() => setUndoing(false)}
        done={(id) => {
          setStarted(id);
          setUndoing(false);
          void readAgain();
        }}
      />
    </div>
  );
}
