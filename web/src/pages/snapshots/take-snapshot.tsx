import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { useText } from '../../text/index.tsx';

/** Pins every process at its present version, under a name. */
export function TakeSnapshot() {
  const { say } = useText();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const take = useMutation({
    mutationFn: () =>
      api.processes.createSnapshot({ body: { name: name.trim(), ...(note.trim() !== '' && { note: note.trim() }) } }),
    onSuccess: () => {
      setOpen(false);
      setName('');
      setNote('');
      return client.invalidateQueries({ queryKey: ['processes'] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    take.mutate();
  };
  return (
    <>
      <Button size="xs" onClick={() => setOpen(true)}>
        {say('snapshots.take')}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={say('snapshots.takeTitle')}
        closeButtonProps={{ 'aria-label': say('plan.close') }}
      >
        <Stack component="form" onSubmit={submit}>
          <Text>{say('snapshots.takeMeans')}</Text>
          <TextInput
            data-autofocus
            required
            label={say('snapshots.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={say('snapshots.note')}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {take.error && <Failure error={take.error} />}
          <Button type="submit" loading={take.isPending} disabled={name.trim() === ''}>
            {say('snapshots.takeNow')}
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
