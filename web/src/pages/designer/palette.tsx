import { Button, Stack, Text, TextInput } from '@mantine/core';
import { type DragEvent, memo, useMemo, useState } from 'react';
import type { PaletteEntry } from '../../api/types.ts';
import { paletteFormat } from '../../graph/canvas-acts.ts';
import { Chip } from '../../parts/chip.tsx';
import { deprecationText } from '../../parts/deprecation-text.ts';
import { Monogram } from '../../parts/monogram.tsx';
import { type TextKey, useText } from '../../text/index.tsx';
import { type Dropped, type OtherActivity, otherActivities } from './new-activity.ts';

interface PaletteProperties {
  readonly entries: readonly PaletteEntry[];
  readonly onAdd: (dropped: Dropped) => void;
}

/** Step types by tag, and the other activities; dragged to the graph, or added with a click or Enter. */
export const Palette = memo(({ entries, onAdd }: PaletteProperties) => {
  const { say } = useText();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const groups = useMemo(() => {
    const fitting = entries.filter(({ pluginName, tag, stepType }) =>
      `${stepType.name}\n${pluginName}\n${tag}\n${stepType.description}`.toLowerCase().includes(wanted),
    );
    const byTag = Map.groupBy(fitting, ({ tag, pluginName }) => (tag ?? '').split('/').join(' / ') || pluginName);
    return [...byTag].sort(([a], [b]) => a.localeCompare(b));
  }, [entries, wanted]);
  const others = (Object.keys(otherActivities) as OtherActivity[])
    .map((type) => ({ type, label: say(`activity.${type}` as TextKey) }))
    .filter(({ type, label }) => `${type} ${label}`.toLowerCase().includes(wanted));
  return (
    <Stack gap="xs" component="section" aria-label={say('designer.palette')}>
      <TextInput
        label={say('designer.searchPalette')}
        aria-keyshortcuts="a"
        data-palette-search=""
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <Text size="xs">{say('designer.paletteHelp')}</Text>
      <div>
        {groups.map(([tag, members]) => (
          <Group key={tag} label={`${tag} (${members.length})`} open={wanted !== '' || entries.length < 60}>
            {members.slice(0, 100).map(({ pluginId, pluginName, stepType }) => (
              <Entry
                key={`${pluginId} ${stepType.name}`}
                label={stepType.name}
                title={[`${pluginName}: ${stepType.description}`, deprecationText(stepType.deprecated, say)]
                  .filter((part) => part !== '')
                  .join(' ')}
                mark={stepType.deprecated ? say('designer.deprecatedMark') : undefined}
                plugin={pluginName}
                dropped={{ plugin: pluginId, stepType: stepType.name }}
                onAdd={onAdd}
              />
            ))}
          </Group>
        ))}
        <Group label={say('designer.otherActivities')} open={wanted !== '' || entries.length < 60}>
          {others.map(({ type, label }) => (
            <Entry key={type} label={label} dropped={{ activity: type }} onAdd={onAdd} />
          ))}
        </Group>
        {groups.length + others.length === 0 && <Text size="sm">{say('designer.nothingFits')}</Text>}
      </div>
    </Stack>
  );
});

function Group({
  label,
  open,
  children,
}: {
  readonly label: string;
  readonly open: boolean;
  readonly children: React.ReactNode;
}) {
  return (
    <details open={open}>
      <summary>
        <Text span size="sm" fw={600}>
          {label}
        </Text>
      </summary>
      <Stack gap={4} py={4}>
        {children}
      </Stack>
    </details>
  );
}

interface EntryProperties {
  readonly label: string;
  readonly title?: string;
  /** Said behind its name. */
  readonly mark?: string | undefined;
  /** Whose step type it is. */
  readonly plugin?: string;
  readonly dropped: Dropped;
  readonly onAdd: (dropped: Dropped) => void;
}

function Entry({ label, title, mark, plugin, dropped, onAdd }: EntryProperties) {
  const { say } = useText();
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      justify="start"
      leftSection={plugin === undefined ? undefined : <Monogram name={plugin} size="small" />}
      fullWidth
      h="auto"
      mih={26}
      styles={{ label: { whiteSpace: 'normal', textAlign: 'left' } }}
      draggable
      title={title}
      aria-label={say('designer.add', { label: mark === undefined ? label : `${label} (${mark})` })}
      rightSection={mark === undefined ? undefined : <Chip>{mark}</Chip>}
      onDragStart={(event: DragEvent) => {
        event.dataTransfer.setData(paletteFormat, JSON.stringify(dropped));
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onClick={() => onAdd(dropped)}
    >
      {label}
    </Button>
  );
}
