import { Button, Divider } from '@mantine/core';
import { basePath } from '../api/base-path.ts';
import { useText } from '../text/index.tsx';

interface SignInWithProperties {
  readonly name: string;
  readonly address: string;
  readonly aside: boolean;
}

/** Leads to the provider, and from there back to where one is. */
export function SignInWith({ name, address, aside }: SignInWithProperties) {
  const { say } = useText();
  const here = `${location.pathname.slice(basePath.length)}${location.search}`;
  const back = here.includes('sign-in-failed=') ? '/' : here;
  return (
    <>
      <Button
        component="a"
        href={`${basePath}${address}?back=${encodeURIComponent(aside ? '/' : back)}`}
        {...(aside && { target: '_blank', rel: 'noreferrer' })}
      >
        {say('session.with', { name })}
      </Button>
      <Divider label={say('session.or')} />
    </>
  );
}
