import { Button, Group, Stack, Text } from '@mantine/core';
import { type ComponentType, useEffect, useState } from 'react';
import { Loading } from '../parts/loading.tsx';
import { useText } from '../text/index.tsx';
import { pageThere } from './new-version.tsx';

type Load = () => Promise<{ default: ComponentType }>;

interface LazyPage {
  (): React.JSX.Element;
  /** Fetches the page's code before it is visited. */
  preload(): Promise<void>;
}

const pause = 2_000;

/**
 * A page whose code is fetched when it is first visited. Where that fails, the page says so in its place and tries
 * again; the rest of the application stays as it is.
 */
export function lazyPage(load: Load): LazyPage {
  let loaded: ComponentType | null = null;
  let under: Promise<void> | null = null;
  const fetchCode = (): Promise<void> => {
    under ??= load().then(
      (module) => {
        loaded = module.default;
      },
      (error: unknown) => {
        under = null;
        throw error;
      },
    );
    return under;
  };
  const Page: LazyPage = () => {
    const [Shown, setShown] = useState<ComponentType | null>(() => loaded);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (Shown) return;
      let stopped = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const attempt = (): void => {
        fetchCode().then(
          () => !stopped && setShown(() => loaded),
          () => {
            if (stopped) return;
            setFailed(true);
            timer = setTimeout(attempt, pause);
          },
        );
      };
      attempt();
      return () => {
        stopped = true;
        clearTimeout(timer);
      };
    }, [Shown]);
    if (Shown) return <Shown />;
    return failed ? <PageAway /> : <Loading />;
  };
  // a page that is only guessed at may fail in silence: a visit says so
  Page.preload = () => fetchCode().catch(() => undefined);
  return Page;
}

/** Said in the place of a page whose code does not come: the server is away, or has a new page with other files. */
function PageAway() {
  const { say } = useText();
  const [isNew, setNew] = useState(false);
  useEffect(() => {
    const look = async (): Promise<void> => {
      const there = await pageThere();
      if (there === 'new') setNew(true);
      // a browser may remember for ever that a script did not come; nothing was typed here yet
      if (there === 'same' && mayBeginAnew()) window.location.reload();
    };
    const timer = setInterval(() => void look(), pause);
    return () => clearInterval(timer);
  }, []);
  return (
    <Stack role="alert" maw={560}>
      <Text fw={600}>{say(isNew ? 'app.newVersion' : 'app.pageAway')}</Text>
      {isNew && (
        <Group>
          <Button onClick={() => window.location.reload()}>{say('app.reload')}</Button>
        </Group>
      )}
    </Stack>
  );
}

const begun = 'lockstep.begun-anew';

/** Not again and again, should the script really be missing. */
function mayBeginAnew(): boolean {
  const last = Number(sessionStorage.getItem(begun) ?? 0);
  if (Date.now() - last < 30_000) return false;
  sessionStorage.setItem(begun, String(Date.now()));
  return true;
}
