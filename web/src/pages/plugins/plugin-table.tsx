import { Anchor, Badge, Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { PluginSummary } from '../../api/types.ts';
import stacked from '../../app/stacked-table.module.css';
import { useText } from '../../text/index.tsx';
import { PluginActions } from './plugin-actions.tsx';
import { PluginDetailPanel } from './plugin-detail-panel.tsx';

export function PluginTable({ plugins }: { readonly plugins: readonly PluginSummary[] }) {
  const { say } = useText();
  const [open, setOpen] = useState<string | null>(null);
  // kept here, because a plugin can be out of the list for the moment in which it changes
  const [operations, setOperations] = useState<Readonly<Record<string, string | null>>>({});
  if (plugins.length === 0) return <Text>{say('plugins.none')}</Text>;
  return (
    <Table className={stacked['table'] ?? ''}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('plugins.plugin')}</Table.Th>
          <Table.Th>{say('plugins.installed')}</Table.Th>
          <Table.Th>{say('plugins.offered')}</Table.Th>
          <Table.Th>{say('users.actions')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {plugins.map((plugin) => (
          <PluginRow
            key={plugin.id}
            plugin={plugin}
            open={open === plugin.id}
            operationId={operations[plugin.id] ?? null}
            follow={(operationId) => setOperations((known) => ({ ...known, [plugin.id]: operationId }))}
            toggle={() => setOpen(open === plugin.id ? null : plugin.id)}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface RowProperties {
  readonly plugin: PluginSummary;
  readonly open: boolean;
  readonly operationId: string | null;
  readonly follow: (operationId: string | null) => void;
  readonly toggle: () => void;
}

function PluginRow({ plugin, open, operationId, follow, toggle }: RowProperties) {
  const { say } = useText();
  return (
    <>
      <Table.Tr data-plugin={plugin.id}>
        <Table.Td>
          <Stack gap={2}>
            <Group gap="xs">
              <Anchor component="button" type="button" fw={600} aria-expanded={open} onClick={toggle}>
                <span aria-hidden="true">{open ? '▾' : '▸'}</span> {plugin.id}
              </Anchor>
              {plugin.upgradeable && <Badge color="blue">{say('plugins.state.upgradeable')}</Badge>}
              {plugin.modified && <Badge color="orange">{say('plugins.state.modified')}</Badge>}
              {plugin.broken !== null && <Badge color="red">{say('plugins.state.broken')}</Badge>}
              {plugin.templateConflicts > 0 && (
                <Badge color="orange">{say('plugins.conflicts', { count: plugin.templateConflicts })}</Badge>
              )}
            </Group>
            <Text size="sm">{plugin.description}</Text>
            {plugin.broken !== null && (
              <Text size="sm" c="red">
                {plugin.broken}
              </Text>
            )}
          </Stack>
        </Table.Td>
        <Table.Td data-label={say('plugins.installed')}>{plugin.installed ?? '–'}</Table.Td>
        <Table.Td data-label={say('plugins.offered')}>{plugin.offered ?? '–'}</Table.Td>
        <Table.Td>
          <PluginActions plugin={plugin} operationId={operationId} follow={follow} />
        </Table.Td>
      </Table.Tr>
      {open && (
        <Table.Tr>
          <Table.Td colSpan={4}>
            <PluginDetailPanel plugin={plugin} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
