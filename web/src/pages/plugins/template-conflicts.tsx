import { Button, Card, Code, Group, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { TemplateConflict } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useText } from '../../text/index.tsx';

export function TemplateConflicts({ id }: { readonly id: string }) {
  const query = useQuery({
    queryKey: ['plugins', 'templates', id],
    queryFn: () => api.plugins.listTemplateConflicts({ params: { id } }),
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  return (
    <Stack>
      {query.data.map((conflict) => (
        <Conflict key={conflict.path} id={id} conflict={conflict} />
      ))}
    </Stack>
  );
}

/** Mine and theirs side by side; either is taken as it is, or a merged text of one's own. */
function Conflict({ id, conflict }: { readonly id: string; readonly conflict: TemplateConflict }) {
  const { say } = useText();
  const client = useQueryClient();
  const [text, setText] = useState(conflict.merged ?? conflict.mine);
  const resolve = useMutation({
    mutationFn: (take: 'mine' | 'theirs' | 'text') =>
      api.plugins.resolveTemplate({
        params: { id },
        body: { path: conflict.path, take, ...(take === 'text' ? { text } : {}) },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['plugins'] }),
  });
  return (
    <Card withBorder>
      <Text fw={600}>{conflict.path}</Text>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack gap={4}>
          <Text size="sm">{say('plugins.mine')}</Text>
          <Code block tabIndex={0}>
            {conflict.mine}
          </Code>
        </Stack>
        <Stack gap={4}>
          <Text size="sm">{say('plugins.theirs')}</Text>
          <Code block tabIndex={0}>
            {conflict.theirs ?? say('plugins.notShipped')}
          </Code>
        </Stack>
      </SimpleGrid>
      <Textarea
        mt="sm"
        label={say('plugins.merged')}
        autosize
        minRows={4}
        maxRows={20}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group mt="sm">
        <Button size="xs" variant="default" onClick={() => resolve.mutate('mine')}>
          {say('plugins.takeMine')}
        </Button>
        <Button size="xs" variant="default" onClick={() => resolve.mutate('theirs')}>
          {say('plugins.takeTheirs')}
        </Button>
        <Button size="xs" onClick={() => resolve.mutate('text')}>
          {say('plugins.takeMerged')}
        </Button>
      </Group>
      {resolve.error && <Failure error={resolve.error} />}
    </Card>
  );
}
