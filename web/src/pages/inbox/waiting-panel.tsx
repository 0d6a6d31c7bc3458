import type { Inbox } from '../../api/types.ts';
import { Chip, Dot } from '../../parts/chip.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel, PanelEmpty, PanelRow } from '../../parts/panel.tsx';
import { useText } from '../../text/index.tsx';
import { WaitingQuestion } from './waiting-question.tsx';

/** Questions, those that are answered together as one; manual tasks; undos that met later edits. */
export function WaitingPanel({ inbox: { questions, tasks, undos } }: { readonly inbox: Inbox }) {
  const { say, number } = useText();
  const count = questions.length + tasks.length + undos.length;
  return (
    <Panel title={say('inbox.waiting')} fact={count > 0 && <Chip tone="ask">{number(count)}</Chip>}>
      {count === 0 && <PanelEmpty>{say('inbox.nothingWaits')}</PanelEmpty>}
      {questions.map((question) => (
        <WaitingQuestion key={`${question.plan} ${question.key}`} question={question} />
      ))}
      {tasks.map(({ run, step, activity, process, state, since }) => (
        <PanelRow
          key={`${run} ${step}`}
          mark={<Dot tone={state === 'asking' ? 'active' : 'care'} />}
          note={
            <>
              {say(state === 'asking' ? 'inbox.taskWaits' : 'inbox.uncertain')} <Moment at={since} />
            </>
          }
          act={<LinkButton to={`/runs/${run}`}>{say('inbox.open')}</LinkButton>}
        >
          <strong>{activity}</strong> <span>{process}</span>
        </PanelRow>
      ))}
      {undos.map(({ plan, plugin, to, conflicts, at }) => (
        <PanelRow
          key={plan}
          mark={<Dot tone="care" />}
          note={<Moment at={at} />}
          act={<LinkButton to={`/upgrades/${plan}`}>{say('inbox.decide')}</LinkButton>}
        >
          <strong>{say('inbox.undoMet', { count: conflicts, name: plugin.name, version: to })}</strong>
        </PanelRow>
      ))}
    </Panel>
  );
}
