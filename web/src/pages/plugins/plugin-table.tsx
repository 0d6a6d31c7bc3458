import { Button, Checkbox, Group, Stack, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { PluginSummary } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { confirm } from '../../parts/confirm.tsx';
import table from '../../parts/data-table.module.css';
import { DataTable } from '../../parts/data-table.tsx';
import { deprecationText } from '../../parts/deprecation-text.ts';
import { MakePlan } from '../../parts/make-plan.tsx';
import { Monogram } from '../../parts/monogram.tsx';
import { type Chosen, useChosen } from '../../parts/use-chosen.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { PluginActs } from './plugin-acts.tsx';
import { PluginOutcome } from './plugin-outcome.tsx';
import { type PluginAct, usePluginActs } from './use-plugin-acts.ts';

/** Plugins one a line: what is installed and offered, who uses it, how it is, and the one thing to do about it. */
export function PluginTable({ plugins }: { readonly plugins: readonly PluginSummary[] }) {
  const { say } = useText();
  const { may } = useSession();
  const chosen = useChosen();
  // kept here, because a plugin can be out of the list for the moment in which it changes
  const [operations, setOperations] = useState<Readonly<Record<string, string | null>>>({});
  const follow = (id: string, operationId: string | null): void =>
    setOperations((known) => ({ ...known, [id]: operationId }));
  if (plugins.length === 0) return <p className={table['empty']}>{say('plugins.none')}</p>;
  const mayAct = may('plugin-manage');
  return (
    <Stack gap="xs">
      {mayAct && chosen.ids.size > 0 && <ActOnChosen plugins={plugins} chosen={chosen} follow={follow} />}
      <DataTable
        label={say('menu.plugins')}
        columns={[
          ...(mayAct
            ? [
                <Checkbox
                  key="all"
                  aria-label={say('plugins.chooseAll')}
                  checked={plugins.every(({ id }) => chosen.ids.has(id))}
                  indeterminate={chosen.ids.size > 0 && !plugins.every(({ id }) => chosen.ids.has(id))}
                  onChange={() => chosen.toggleAll(plugins.map(({ id }) => id))}
                />,
              ]
            : []),
          say('plugins.plugin'),
          say('plugins.installed'),
          say('plugins.offered'),
          say('plugins.usedBy'),
          say('upgrades.state'),
        ]}
        acts={say('users.actions')}
      >
        {plugins.map((plugin) => (
          <PluginRow
            key={plugin.id}
            plugin={plugin}
            chosen={mayAct ? chosen : null}
            operationId={operations[plugin.id] ?? null}
            follow={(operationId) => follow(plugin.id, operationId)}
          />
        ))}
      </DataTable>
    </Stack>
  );
}

interface RowProperties {
  readonly plugin: PluginSummary;
  readonly chosen: Chosen | null;
  readonly operationId: string | null;
  readonly follow: (operationId: string | null) => void;
}

function PluginRow({ plugin, chosen, operationId, follow }: RowProperties) {
  const { say } = useText();
  const { may } = useSession();
  const acts = usePluginActs(plugin, operationId, follow);
  const { id, name, installed, offered, processes, behind } = plugin;
  return (
    <>
      <Table.Tr data-plugin={id} data-row="" aria-selected={chosen?.ids.has(id) ?? false}>
        {chosen && (
          <Table.Td w={36}>
            <Checkbox
              aria-label={say('plugins.choose', { id })}
              checked={chosen.ids.has(id)}
              onChange={() => chosen.toggle(id)}
            />
          </Table.Td>
        )}
        <Table.Td>
          <span className={table['name']}>
            <Monogram name={name} />
            <Link to="/configuration/provisioning/plugins/$id" params={{ id }}>
              {name}
            </Link>
            {name !== id && <code className={table['note']}>{id}</code>}
            <span className={table['note']} title={plugin.description}>
              {plugin.description}
            </span>
          </span>
        </Table.Td>
        <Table.Td data-label={say('plugins.installed')} className={table['mono'] ?? ''}>
          {installed ?? '–'}
        </Table.Td>
        <Table.Td data-label={say('plugins.offered')} className={table['mono'] ?? ''}>
          {offered ?? '–'}
        </Table.Td>
        <Table.Td>
          {processes > 0 && (
            <Link to="/processes" search={{ plugin: id } as never}>
              {say('plan.processCount', { count: processes })}
            </Link>
          )}
          {behind > 0 && <> · {say('plugins.behind', { count: behind })}</>}
        </Table.Td>
        <Table.Td>
          <PluginMarks plugin={plugin} />
        </Table.Td>
        <Table.Td>
          <span className={table['acts']}>
            {(plugin.successor !== null ? processes > 0 : behind > 0 && !plugin.upgradeable) && may('plan-make') && (
              <MakePlan plugin={id} label={say('plugins.planFor', { id })} />
            )}
            <PluginActs plugin={plugin} acts={acts} />
          </span>
        </Table.Td>
      </Table.Tr>
      {acts.hasOutcome && (
        <Table.Tr data-outcome={id}>
          <Table.Td colSpan={chosen ? 7 : 6} data-wide="">
            <PluginOutcome acts={acts} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

/** What is to be known of a plugin's state. */
export function PluginMarks({ plugin }: { readonly plugin: PluginSummary }) {
  const { say } = useText();
  return (
    <span className={table['chips']}>
      {plugin.upgradeable && <Chip tone="active">{say('plugins.state.upgradeable')}</Chip>}
      {plugin.modified && <Chip tone="care">{say('plugins.state.modified')}</Chip>}
      {plugin.templateConflicts > 0 && (
        <Chip tone="care">{say('plugins.conflicts', { count: plugin.templateConflicts })}</Chip>
      )}
      {plugin.withdrawn !== null && (
        <span title={[plugin.withdrawn.reason, plugin.withdrawn.replacement].filter(Boolean).join(' → ')}>
          <Chip tone="bad">{say('plugins.state.withdrawn')}</Chip>
        </span>
      )}
      {plugin.deprecated !== null && (
        <span title={deprecationText(plugin.deprecated, say)}>
          <Chip tone="care">{say('designer.deprecatedMark')}</Chip>
        </span>
      )}
      {plugin.successor !== null && (
        <Link
          to="/configuration/provisioning/plugins/$id"
          params={{ id: plugin.successor }}
          title={say('plugins.succeeds', { id: plugin.successor })}
          aria-label={say('plugins.succeeds', { id: plugin.successor })}
        >
          <Chip line>{say('plugins.successor')}</Chip>
        </Link>
      )}
      {plugin.broken !== null && (
        <span title={plugin.broken}>
          <Chip tone="bad">{say('plugins.state.broken')}</Chip>
        </span>
      )}
    </span>
  );
}

interface ChosenProperties {
  readonly plugins: readonly PluginSummary[];
  readonly chosen: Chosen;
  readonly follow: (id: string, operationId: string | null) => void;
}

/** Installs or upgrades what is chosen, one after the other. */
function ActOnChosen({ plugins, chosen, follow }: ChosenProperties) {
  const { say } = useText();
  const { startAll } = usePluginActs.several(follow);
  const [busy, setBusy] = useState(false);
  const here = plugins.filter(({ id }) => chosen.ids.has(id));
  const fresh = here.filter(({ installed, offered }) => installed === null && offered !== null);
  const newer = here.filter(({ upgradeable }) => upgradeable);
  const act = async (what: PluginAct, which: readonly PluginSummary[]): Promise<void> => {
    const sure = await confirm({
      title: say(`plugins.several.${what === 'install' ? 'install' : 'upgrade'}`, { count: which.length }),
      sentence: which.map(({ id, installed, offered }) => `${id} ${installed ?? ''} → ${offered}`).join(', '),
      act: say(what === 'install' ? 'plugins.install' : 'plugins.upgrade'),
    });
    if (!sure) return;
    setBusy(true);
    await startAll(
      what,
      which.map(({ id }) => id),
    ).finally(() => setBusy(false));
    chosen.clear();
  };
  return (
    <Group gap="xs">
      <span>{say('plugins.chosen', { count: chosen.ids.size })}</span>
      {fresh.length > 0 && (
        <Button size="compact-sm" variant="default" loading={busy} onClick={() => void act('install', fresh)}>
          {say('plugins.several.install', { count: fresh.length })}
        </Button>
      )}
      {newer.length > 0 && (
        <Button size="compact-sm" variant="default" loading={busy} onClick={() => void act('upgrade', newer)}>
          {say('plugins.several.upgrade', { count: newer.length })}
        </Button>
      )}
      <Button size="compact-sm" variant="subtle" onClick={chosen.clear}>
        {say('plugins.chooseNone')}
      </Button>
    </Group>
  );
}
