import { Button, Group, TagsInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { Chip } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

interface LabelsProperties {
  readonly id: string;
  readonly labels: readonly string[];
}

/** The labels of a process, by which waves of an upgrade choose; set where they are seen. */
export function ProcessLabels({ id, labels }: LabelsProperties) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const [editing, setEditing] = useState<readonly string[] | null>(null);
  const save = useMutation({
    mutationFn: (next: readonly string[]) => api.plans.labelProcess({ params: { id }, body: { labels: next } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['processes'] });
      setEditing(null);
    },
  });
  if (editing === null) {
    return (
      <Group gap={6}>
        {labels.map((label) => (
          <Chip key={label} line>
            {label}
          </Chip>
        ))}
        {may('process-edit') && (
          <Button size="compact-sm" variant="subtle" onClick={() => setEditing(labels)}>
            {say(labels.length > 0 ? 'labels.change' : 'labels.add')}
          </Button>
        )}
      </Group>
    );
  }
  return (
    <Group gap={6} align="end">
      <TagsInput
        size="xs"
        label={say('labels.labels')}
        description={say('labels.help')}
        data-autofocus
        w={320}
        value={[...editing]}
        onChange={setEditing}
        clearable={false}
      />
      <Button loading={save.isPending} onClick={() => save.mutate(editing)}>
        {say('labels.save')}
      </Button>
      <Button variant="default" onClick={() => setEditing(null)}>
        {say('app.cancel')}
      </Button>
      {save.error && <Failure error={save.error} />}
    </Group>
  );
}
