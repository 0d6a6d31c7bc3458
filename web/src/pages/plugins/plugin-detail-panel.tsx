import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { linkTo } from '../../api/link-to.ts';
import type { PluginDetail } from '../../api/types.ts';
import { Chip, Dot } from '../../parts/chip.tsx';
import columns from '../../parts/columns.module.css';
import { Failure } from '../../parts/failure.tsx';
import { FileChanges } from '../../parts/file-changes.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Panel, PanelEmpty, PanelRow } from '../../parts/panel.tsx';
import { useText } from '../../text/index.tsx';
import { PluginVersions } from './plugin-versions.tsx';
import { TemplateConflicts } from './template-conflicts.tsx';

/** One plugin: what needs a decision, its versions with what each changes, who uses it, its steps and devices. */
export function PluginDetailPanel({ plugin }: { readonly plugin: PluginDetail }) {
  const { say } = useText();
  const { id, stepTypeNames, capabilities } = plugin;
  return (
    <div className={columns['columns']}>
      <div className={columns['column']}>
        {plugin.templateConflicts > 0 && (
          <Panel title={say('plugins.templates')} fact={<Chip tone="care">{plugin.templateConflicts}</Chip>}>
            <TemplateConflicts id={id} />
          </Panel>
        )}
        {plugin.modified && <Modified id={id} />}
        <PluginVersions plugin={plugin} />
        {plugin.processes > 0 && <UsedBy plugin={plugin} />}
      </div>
      <div className={columns['column']}>
        {stepTypeNames.length > 0 && (
          <Panel title={say('plugins.stepTypes')} fact={<Chip>{stepTypeNames.length}</Chip>}>
            {stepTypeNames.map((name) => (
              <PanelRow key={name} mark={<Dot tone="active" />}>
                <Link to="/processes" search={{ plugin: id, stepType: name } as never}>
                  {name}
                </Link>
              </PanelRow>
            ))}
          </Panel>
        )}
        {capabilities.length > 0 && (
          <Panel title={say('plugins.devices')} fact={<Chip>{capabilities.length}</Chip>}>
            {capabilities.map(({ vendor, model, firmware }) => (
              <PanelRow key={`${vendor} ${model} ${firmware}`} mark={<Dot tone="quiet" />}>
                <strong>
                  {vendor} {model}
                </strong>
                {firmware !== '*' && <code>{firmware}</code>}
              </PanelRow>
            ))}
          </Panel>
        )}
      </div>
    </div>
  );
}

/** So many are named here; the list of processes has them all. */
const shown = 8;

function UsedBy({ plugin: { id, name, processes: count } }: { readonly plugin: PluginDetail }) {
  const { say } = useText();
  const query = useQuery({
    queryKey: ['processes', 'of-plugin', id],
    queryFn: () => api.processes.listProcesses({ query: { plugin: id, limit: shown } }),
  });
  return (
    <Panel
      title={say('plugins.usedBy')}
      fact={<Chip>{say('plan.processCount', { count })}</Chip>}
      aside={
        <Link to="/processes" search={{ plugin: id } as never}>
          {say('plugins.showAll')}
        </Link>
      }
    >
      {query.error && <Failure error={query.error} />}
      {query.isPending && <Loading />}
      {query.data?.items.map((process) => {
        const used = process.plugins.filter((one) => one.id === id || one.name === name).map(({ version }) => version);
        return (
          <PanelRow
            key={process.id}
            mark={<Dot tone="well" />}
            act={<code>{[...new Set(used)].sort((a, b) => a - b).join(', ')}</code>}
          >
            <Link to="/processes/$id" params={{ id: process.id }}>
              {process.owner ? `${process.owner} / ${process.name}` : process.name}
            </Link>
          </PanelRow>
        );
      })}
      {count > shown && <PanelEmpty>{say('channels.more', { count: count - shown })}</PanelEmpty>}
    </Panel>
  );
}

/** Files that were edited in place since it was installed. */
function Modified({ id }: { readonly id: string }) {
  const { say } = useText();
  const query = useQuery({
    queryKey: ['plugins', 'modified', id],
    queryFn: () => api.plugins.showModified({ params: { id } }),
  });
  return (
    <Panel
      title={say('plugins.editedFiles')}
      aside={
        <Button size="compact-sm" variant="default" component="a" href={linkTo.patch(id)} download={`${id}.patch`}>
          {say('plugins.patch')}
        </Button>
      }
    >
      {query.error && <Failure error={query.error} />}
      {query.isPending && <Loading />}
      {query.data && <FileChanges files={query.data} />}
    </Panel>
  );
}
