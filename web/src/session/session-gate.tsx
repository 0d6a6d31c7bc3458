import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useConnection } from '../api/connection.ts';
import { useLiveEvents } from '../api/live-events.ts';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { useText } from '../text/index.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { useSession } from './use-session.ts';

/** Lets nobody past who has not signed in; a page that was open stays as it is behind the sign-in of an ended session. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { say } = useText();
  const { data, error, refetch, user } = useSession();
  const ended = useConnection().session === 'ended';
  useLiveEvents(user !== null);
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (!user) return <SignInPage />;
  return (
    <>
      {children}
      <Modal
        opened={ended}
        onClose={() => undefined}
        withCloseButton={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
        title={say('session.title')}
      >
        <SignInForm intro="session.expired" aside />
      </Modal>
    </>
  );
}
