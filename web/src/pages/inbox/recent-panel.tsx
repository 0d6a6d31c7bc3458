import type { Inbox } from '../../api/types.ts';
import { Dot } from '../../parts/chip.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel, PanelEmpty, PanelRow } from '../../parts/panel.tsx';
import type { Tone } from '../../parts/tone.ts';
import { useText } from '../../text/index.tsx';

type Event = Inbox['recent'][number];

const tones: Readonly<Record<Event['kind'], Tone>> = {
  'run-failed': 'bad',
  'plan-paused': 'care',
  'plan-interrupted': 'care',
  'plan-applied': 'well',
  'plan-undone': 'quiet',
};

/** What failed, rests or came to its end since yesterday. */
export function RecentPanel({ recent }: { readonly recent: readonly Event[] }) {
  const { say } = useText();
  return (
    <Panel title={say('inbox.recent')}>
      {recent.length === 0 && <PanelEmpty>{say('inbox.nothingHappened')}</PanelEmpty>}
      {recent.map(({ kind, id, name, detail, at }) => (
        <PanelRow
          key={`${kind} ${id}`}
          mark={<Dot tone={tones[kind]} />}
          note={detail ?? undefined}
          act={
            <LinkButton variant="subtle" to={kind === 'run-failed' ? `/runs/${id}` : `/upgrades/${id}`}>
              {say('inbox.look')}
            </LinkButton>
          }
        >
          <span>{say(`inbox.event.${kind}`, { name })}</span> <Moment at={at} />
        </PanelRow>
      ))}
    </Panel>
  );
}
