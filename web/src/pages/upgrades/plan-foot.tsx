import { Button } from '@mantine/core';
import { useState } from 'react';
import { linkTo } from '../../api/link-to.ts';
import type { PlanHeader } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import classes from './plan-foot.module.css';
import { UndoDialog } from './undo-dialog.tsx';
import { usePlanActs } from './use-plan-acts.ts';

/** What can be done with the plan as it stands: one thing first. */
export function PlanFoot({ plan }: { readonly plan: PlanHeader }) {
  const { say } = useText();
  const { may } = useSession();
  const [undoing, setUndoing] = useState(false);
  const acts = usePlanActs(plan);
  const { operation, setStarted, cutOff, errors, apply, pause, redo, discard } = acts;
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
        {errors.map((error) => (
          <Failure key={String(error)} error={error} />
        ))}
      </div>
      <Button component="a" href={linkTo.plan(plan.id)} download={`plan-${plan.id}.json`} variant="default">
        {say('plan.download')}
      </Button>
      {may('plan-make') && plan.state === 'planned' && (
        <Button variant="default" loading={discard.isPending} onClick={() => void acts.askToDiscard()}>
          {say('plan.discardDots')}
        </Button>
      )}
      {may('plan-make') && plan.state === 'undone' && (
        <Button variant="default" loading={redo.isPending} onClick={() => void acts.askToRedo()}>
          {say('plan.redoDots')}
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
              onClick={() => void acts.askToApply()}
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
        }}
      />
    </div>
  );
}
