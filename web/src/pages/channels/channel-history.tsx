import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { ChannelEvent } from '../../api/types.ts';
import { Dot } from '../../parts/chip.tsx';
import { askWhy } from '../../parts/confirm.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel, PanelEmpty, PanelRow } from '../../parts/panel.tsx';
import type { Tone } from '../../parts/tone.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

const tones = {
  publish: 'well',
  promote: 'active',
  yank: 'bad',
  restore: 'care',
} as const satisfies Record<ChannelEvent['action'], Tone>;

/** So many plugins are named; the rest is counted. */
const named = 4;

/** Who published, promoted, yanked and put back what; the offer can be put back to any of these moments. */
export function ChannelHistory({ channel }: { readonly channel: string }) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['channels', 'history', channel],
    queryFn: () => api.channels.channelHistory({ params: { channel } }),
  });
  const restore = useMutation({
    mutationFn: (asked: { readonly generation: number; readonly why: string }) =>
      api.channels.restoreChannel({ params: { channel }, body: asked }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['channels'] }),
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const ask = async (generation: number): Promise<void> => {
    const why = await askWhy({
      title: say('channels.restore', { generation }),
      sentence: say('channels.restoreSure', { channel, generation }),
      reason: say('channels.why'),
      act: say('channels.restoreNow'),
    });
    if (why !== null) restore.mutate({ generation, why });
  };
  return (
    <>
      {restore.error && <Failure error={restore.error} />}
      <Panel title={say('channels.historyOf', { channel })}>
        {query.data.length === 0 && <PanelEmpty>{say('channels.noHistory')}</PanelEmpty>}
        {query.data.map((event, index) => (
          <PanelRow
            key={event.generation}
            mark={<Dot tone={tones[event.action]} />}
            note={[event.by, event.why, say('channels.generation', { generation: event.generation })]
              .filter((part) => part !== '')
              .join(' · ')}
            act={
              <>
                <Moment at={event.at} />
                {index > 0 && may('channel-promote') && (
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={say('channels.restore', { generation: event.generation })}
                    loading={restore.isPending && restore.variables.generation === event.generation}
                    onClick={() => void ask(event.generation)}
                  >
                    {say('channels.restoreDots')}
                  </Button>
                )}
              </>
            }
          >
            <strong>
              {say(`channels.action.${event.action}`)} {event.from ?? ''}
            </strong>
            <span>{describe(event)}</span>
            {event.changes.length > named && (
              <span>{say('channels.more', { count: event.changes.length - named })}</span>
            )}
          </PanelRow>
        ))}
      </Panel>
    </>
  );
}

function describe({ changes }: ChannelEvent): string {
  const one = ({ id, before, after }: ChannelEvent['changes'][number]): string =>
    before === null ? `${id} ${after}` : `${id} ${before} → ${after ?? '–'}`;
  return changes.slice(0, named).map(one).join(', ');
}
