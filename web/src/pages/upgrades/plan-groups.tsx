import { Accordion, Badge, Group, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { plans } from '../../api/resources.ts';
import { Failure } from '../../app/failure.tsx';
import { Loading } from '../../app/loading.tsx';
import { Pages } from '../../app/pages.tsx';
import { useText } from '../../text/index.tsx';
import { EntryDetail } from './entry-detail.tsx';

const size = 50;

/** Processes whose change is the same are read once, by one of them. */
export function PlanGroups({ planId }: { readonly planId: string }) {
  const { say } = useText();
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ['plans', 'groups', planId, page],
    queryFn: () => plans.groups(planId, { offset: (page - 1) * size, limit: size }),
    placeholderData: keepPreviousData,
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  return (
    <Stack>
      <Accordion value={open} onChange={setOpen} order={2}>
        {query.data.items.map((group) => (
          <Accordion.Item key={group.id} value={group.id}>
            <Accordion.Control>
              <Group gap="xs" wrap="nowrap">
                <Badge>{say('plan.processCount', { count: group.processes })}</Badge>
                {group.openQuestions > 0 && (
                  <Badge color="orange">{say('plan.openCount', { count: group.openQuestions })}</Badge>
                )}
                <Text size="sm">{group.title}</Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              {open === group.id && <EntryDetail planId={planId} processId={group.example} />}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      <Pages page={page} onChange={setPage} total={query.data.total} size={size} />
    </Stack>
  );
}
