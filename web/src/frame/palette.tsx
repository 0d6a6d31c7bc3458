import '@mantine/spotlight/styles.css';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { useEffect, useState } from 'react';
import { useText } from '../text/index.tsx';
import { closePalette } from './keys.ts';
import classes from './palette.module.css';
import { useFound } from './use-found.ts';

const [store, spotlight] = createSpotlight();

/** Finds every plugin, process, run, plan and act: typed, chosen with the arrow keys, opened with Enter. */
export default function Palette() {
  const { say } = useText();
  const [query, setQuery] = useState('');
  const groups = useFound(query);
  useEffect(() => {
    spotlight.open();
    // the library names its dialog only by a visible title
    requestAnimationFrame(() =>
      document.querySelector('.mantine-Spotlight-content')?.setAttribute('aria-label', say('palette.open')),
    );
    return () => spotlight.close();
  }, [say]);
  return (
    <Spotlight.Root
      store={store}
      shortcut={null}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={closePalette}
      transitionProps={{ duration: 0 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      scrollable
      maxHeight={460}
      size={620}
      className={classes['palette'] ?? ''}
    >
      <Spotlight.Search
        placeholder={say('palette.placeholder')}
        aria-label={say('palette.open')}
        leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
      />
      <Spotlight.ActionsList aria-label={say('palette.open')}>
        {groups.map(({ title, found }) => (
          <Spotlight.ActionsGroup key={title} label={title}>
            {found.map(({ id, label, note, mark, act }) => (
              <Spotlight.Action key={id} onClick={act} className={classes['action'] ?? ''} data-found={id}>
                {mark}
                <span className={classes['label']}>{label}</span>
                {note && <span className={classes['note']}>{note}</span>}
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && <Spotlight.Empty>{say('palette.nothing')}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
