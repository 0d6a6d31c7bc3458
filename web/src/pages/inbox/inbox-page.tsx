import { Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import classes from '../../parts/columns.module.css';
import { Failure } from '../../parts/failure.tsx';
import { HealthPanel } from '../../parts/health-panel.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { TourOffer } from '../../tour/tour-offer.tsx';
import { ExampleOffer } from './example-offer.tsx';
import { OffersPanel } from './offers-panel.tsx';
import { RecentPanel } from './recent-panel.tsx';
import { RunsPanel } from './runs-panel.tsx';
import { WaitingPanel } from './waiting-panel.tsx';

/** What waits for a person, what is offered, what happened since yesterday, and how things are. */
export default function InboxPage() {
  const { say } = useText();
  const { firstVisit, may } = useSession();
  // what it loaded stays in sight: the server is no longer empty while it loads
  const [offered] = useState(firstVisit);
  const query = useQuery({ queryKey: ['inbox'], queryFn: () => api.overview.showInbox() });
  return (
    <Stack>
      <Title order={1} className="unseen">
        {say('menu.inbox')}
      </Title>
      {offered && may('plugin-manage') && <ExampleOffer />}
      <TourOffer />
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data && (
        <div className={classes['columns']}>
          <div className={classes['column']}>
            <WaitingPanel inbox={query.data} />
            <OffersPanel offers={query.data.offers} />
            <RecentPanel recent={query.data.recent} />
          </div>
          <div className={classes['column']}>
            <HealthPanel health={query.data.health} />
            <RunsPanel hours={query.data.hours} />
          </div>
        </div>
      )}
    </Stack>
  );
}
