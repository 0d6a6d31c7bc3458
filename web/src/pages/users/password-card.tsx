import { Alert, Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SecretInput } from '../../parts/secret-input.tsx';
import { useText } from '../../text/index.tsx';

export function PasswordCard() {
  const { say } = useText();
  const [fields, setFields] = useState({ current: '', next: '' });
  const change = useMutation({
    mutationFn: () => api.session.changePassword({ body: fields }),
    onSuccess: () => setFields({ current: '', next: '' }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Panel title={say('password.title')}>
      <form onSubmit={submit}>
        <Group align="end" p="sm">
          <SecretInput
            w={220}
            label={say('password.current')}
            required
            autoComplete="current-password"
            value={fields.current}
            onChange={(event) => setFields({ ...fields, current: event.currentTarget.value })}
          />
          <SecretInput
            w={220}
            label={say('password.next')}
            required
            minLength={10}
            autoComplete="new-password"
            value={fields.next}
            onChange={(event) => setFields({ ...fields, next: event.currentTarget.value })}
          />
          <Button type="submit" loading={change.isPending}>
            {say('password.change')}
          </Button>
        </Group>
      </form>
      {change.error && <Failure error={change.error} />}
      {change.isSuccess && (
        <Alert color="green" role="status" mt="sm">
          {say('password.changed')}
        </Alert>
      )}
    </Panel>
  );
}
