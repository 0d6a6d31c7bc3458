import { Button, Checkbox, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { useText } from '../../text/index.tsx';

const kinds = ['user', 'group'] as const;
const roles = ['process-owner', 'plugin-manager'] as const;
const empty = { kind: 'user', holder: '', role: 'process-owner', owner: '', ownerless: false } as const;

interface Fields {
  readonly kind: (typeof kinds)[number];
  readonly holder: string;
  readonly role: (typeof roles)[number];
  readonly owner: string;
  /** Processes that no component holds; no pattern means them. */
  readonly ownerless: boolean;
}

/** Gives somebody a role for the processes of some owners. */
export function GiveGrant() {
  const { say } = useText();
  const client = useQueryClient();
  const [fields, setFields] = useState<Fields>(empty);
  const everybody = useQuery({ queryKey: ['users'], queryFn: () => api.users.listUsers() });
  const names = (everybody.data ?? []).map(({ name }) => name);
  const holder = fields.kind === 'user' && !names.includes(fields.holder) ? (names[0] ?? '') : fields.holder.trim();
  const give = useMutation({
    mutationFn: () =>
      api.users.addGrant({
        body: {
          kind: fields.kind,
          holder,
          role: fields.role,
          owner: fields.ownerless ? null : fields.owner.trim(),
        },
      }),
    onSuccess: () => {
      setFields(empty);
      return client.invalidateQueries({ queryKey: ['users', 'grants'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    give.mutate();
  };
  const whole = holder !== '' && (fields.ownerless || fields.owner.trim() !== '');
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" p="sm">
        <Group align="end">
          <NativeSelect
            label={say('grants.kind')}
            value={fields.kind}
            data={kinds.map((kind) => ({ value: kind, label: say(`grants.kind.${kind}`) }))}
            onChange={(event) =>
              setFields({ ...fields, kind: event.currentTarget.value as Fields['kind'], holder: '' })
            }
          />
          {fields.kind === 'user' ? (
            <NativeSelect
              label={say('grants.holder')}
              value={holder}
              data={names}
              onChange={(event) => setFields({ ...fields, holder: event.currentTarget.value })}
            />
          ) : (
            <TextInput
              label={say('grants.holder')}
              value={fields.holder}
              onChange={(event) => setFields({ ...fields, holder: event.currentTarget.value })}
            />
          )}
          <NativeSelect
            label={say('grants.role')}
            value={fields.role}
            data={roles.map((role) => ({ value: role, label: say(`role.${role}`) }))}
            onChange={(event) => setFields({ ...fields, role: event.currentTarget.value as Fields['role'] })}
          />
          <TextInput
            label={say('grants.ownerHelp')}
            placeholder="web*"
            disabled={fields.ownerless}
            value={fields.ownerless ? '' : fields.owner}
            onChange={(event) => setFields({ ...fields, owner: event.currentTarget.value })}
          />
          <Button type="submit" loading={give.isPending} disabled={!whole}>
            {say('grants.give')}
          </Button>
        </Group>
        <Checkbox
          label={say('grants.ownerless')}
          checked={fields.ownerless}
          onChange={(event) => setFields({ ...fields, ownerless: event.currentTarget.checked })}
        />
        {give.error && <Failure error={give.error} />}
      </Stack>
    </form>
  );
}
