import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../api/client.ts';
import { noteConnection } from '../api/connection.ts';
import { Failure } from '../parts/failure.tsx';
import { SecretInput } from '../parts/secret-input.tsx';
import { type TextKey, useText } from '../text/index.tsx';
import { SignInWith } from './sign-in-with.tsx';
import { useSession } from './use-session.ts';

interface SignInFormProperties {
  readonly intro: TextKey;
  readonly token?: boolean;
  /** The page below keeps what was typed: whoever signs in elsewhere does so beside it. */
  readonly aside?: boolean;
}

/** At the provider, where there is one; by name and password, or a token. */
export function SignInForm({ intro, token = false, aside = false }: SignInFormProperties) {
  const { say } = useText();
  const { openid } = useSession();
  const client = useQueryClient();
  const [withToken, setWithToken] = useState(token);
  const [fields, setFields] = useState({ name: '', password: '', token: '' });
  const signIn = useMutation({
    mutationFn: () =>
      api.session.signIn({
        body: withToken ? { token: fields.token } : { name: fields.name, password: fields.password },
      }),
    onSuccess: (value) => {
      client.setQueryData(['session'], value);
      noteConnection({ session: 'open' });
      void client.invalidateQueries();
    },
  });
  const set = (field: keyof typeof fields) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setFields((known) => ({ ...known, [field]: value }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {openid && <SignInWith {...openid} aside={aside} />}
        <Text size="sm">{say(intro)}</Text>
        {withToken ? (
          <SecretInput
            label={say('session.token')}
            value={fields.token}
            onChange={set('token')}
            required
            autoComplete="off"
          />
        ) : (
          <>
            <TextInput
              label={say('session.name')}
              value={fields.name}
              onChange={set('name')}
              required
              autoComplete="username"
            />
            <SecretInput
              label={say('session.password')}
              value={fields.password}
              onChange={set('password')}
              required
              autoComplete="current-password"
            />
          </>
        )}
        {signIn.error && <Failure error={signIn.error} />}
        <Button type="submit" loading={signIn.isPending}>
          {say('session.submit')}
        </Button>
        <Button variant="subtle" size="xs" onClick={() => setWithToken(!withToken)}>
          {say(withToken ? 'session.usePassword' : 'session.useToken')}
        </Button>
      </Stack>
    </form>
  );
}
