import { Alert, Button, Group } from '@mantine/core';
import { useEffect, useState } from 'react';
import { basePath } from '../api/base-path.ts';
import { useConnection } from '../api/connection.ts';
import { useText } from '../text/index.tsx';

/** The script that this page was started with; its name holds a digest. */
const mine = scriptIn(document);

function scriptIn(page: Document): string | null {
  return page.querySelector('script[type=module][src]')?.getAttribute('src') ?? null;
}

/** Whether the server has the page that runs here, or another one; null while it does not answer. */
export async function pageThere(): Promise<'same' | 'new' | null> {
  const answer = await fetch(`${basePath}/`, { cache: 'no-store' }).catch(() => null);
  if (!answer?.ok) return null;
  const theirs = scriptIn(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  return theirs === null || mine === null || theirs === mine ? 'same' : 'new';
}

const seldom = 10 * 60_000;

/** Offers the new page where Lockstep was renewed: when the server comes back, and now and then. */
export function NewVersion() {
  const { say } = useText();
  const { server } = useConnection();
  const [isNew, setNew] = useState(false);
  useEffect(() => {
    if (server === 'gone') return;
    const look = (): void => void pageThere().then((there) => there === 'new' && setNew(true));
    look();
    const timer = setInterval(look, seldom);
    return () => clearInterval(timer);
  }, [server]);
  if (!isNew) return null;
  return (
    <Alert color="blue" role="status" mb="md">
      <Group justify="space-between">
        {say('app.newVersion')}
        <Button size="compact-sm" onClick={() => window.location.reload()}>
          {say('app.reload')}
        </Button>
      </Group>
    </Alert>
  );
}
