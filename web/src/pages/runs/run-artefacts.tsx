import { Anchor, List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { linkTo } from '../../api/link-to.ts';
import type { RunDetail } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { useText } from '../../text/index.tsx';

/** The files that the steps of a run left, to be fetched; nothing where there are none. */
export function RunArtefacts({ run }: { readonly run: RunDetail }) {
  const { say } = useText();
  const { data, error } = useQuery({
    queryKey: ['runs', 'artefacts', run.id, run.stepsDone, run.state],
    queryFn: () => api.runs.listArtefacts({ params: { id: run.id } }),
    placeholderData: (before) => before,
  });
  if (error) return <Failure error={error} />;
  if (!data?.length) return null;
  return (
    <Stack component="section" gap="xs" px={24} py="sm" aria-label={say('runs.artefacts')}>
      <Title order={2} size="h4">
        {say('runs.artefacts')}
      </Title>
      <List>
        {data.map(({ name, size }) => (
          <List.Item key={name}>
            <Anchor href={linkTo.artefact(run.id, name)} download underline="always">
              {name}
            </Anchor>{' '}
            <Text span size="xs">
              {say('runs.artefactSize', { size: Math.ceil(size / 1000) })}
            </Text>
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
