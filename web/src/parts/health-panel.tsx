import type { Inbox } from '../api/types.ts';
import { type Say, useText } from '../text/index.tsx';
import { Chip, Dot } from './chip.tsx';
import { Moment } from './moment.tsx';
import { Panel, PanelRow } from './panel.tsx';

type Health = Inbox['health'][number];

/** How the server and what it needs are. */
export function HealthPanel({ health }: { readonly health: readonly Health[] }) {
  const { say } = useText();
  const worst = health.some(({ state }) => state === 'bad')
    ? 'bad'
    : health.some(({ state }) => state === 'care')
      ? 'care'
      : 'well';
  return (
    <Panel title={say('menu.health')} aside={<Chip tone={worst}>{say(`health.${worst}`)}</Chip>}>
      {health.map((one) => (
        <PanelRow key={one.what} mark={<Dot tone={one.state} />} act={<span>{factOf(one, say)}</span>}>
          {say(`health.what.${one.what}`)}
        </PanelRow>
      ))}
    </Panel>
  );
}

function factOf({ what, values }: Health, say: Say): React.ReactNode {
  const count = (name: string): number => Number(values[name] ?? 0);
  switch (what) {
    case 'agents':
      return say('health.agents', { online: count('online'), all: count('all') });
    case 'list':
      return values['at'] ? <Moment at={String(values['at'])} /> : say('health.neverFetched');
    case 'plugins':
      return count('broken') > 0
        ? say('health.broken', { count: count('broken') })
        : count('modified') > 0
          ? say('health.modified', { count: count('modified') })
          : say('health.wellRead');
    case 'database':
      return String(values['kind'] ?? '');
  }
}
