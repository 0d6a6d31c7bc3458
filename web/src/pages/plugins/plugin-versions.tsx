import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api } from '../../api/client.ts';
import type { PluginDetail } from '../../api/types.ts';
import { Chip, Dot } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FoldButton } from '../../parts/fold-button.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel, PanelEmpty, PanelRow } from '../../parts/panel.tsx';
import type { Tone } from '../../parts/tone.ts';
import { VersionChanges } from '../../parts/version-changes.tsx';
import { useText } from '../../text/index.tsx';
import { UserFilesList } from './user-files-list.tsx';

/** The versions of a plugin, newest first, each with what it changed against the one before; the offer at the top. */
export function PluginVersions({ plugin }: { readonly plugin: PluginDetail }) {
  const { say } = useText();
  const { id, offered, installed, withdrawn } = plugin;
  const versions = plugin.versions.toSorted((a, b) => Date.parse(b.installedAt) - Date.parse(a.installedAt));
  const isNew = offered !== null && !versions.some(({ version }) => version === offered);
  return (
    <Panel title={say('plugins.versions')} fact={<Chip>{versions.length}</Chip>}>
      {isNew && (
        <Version
          id={id}
          tone="new"
          version={offered}
          between={installed === null ? null : { from: installed }}
          opened={plugin.upgradeable}
          facts={<Chip tone="new">{say('plugins.offered')}</Chip>}
        />
      )}
      {versions.map(({ version, active, installedAt, installedBy, uses }, index) => {
        const before = versions[index + 1]?.version ?? null;
        return (
          <Version
            key={version}
            id={id}
            tone={withdrawn?.version === version ? 'bad' : active ? 'active' : 'quiet'}
            version={version}
            between={before === null ? null : { from: before, to: version }}
            facts={
              <>
                {active && <Chip tone="active">{say('plugins.active')}</Chip>}
                {withdrawn?.version === version && <Chip tone="bad">{say('plugins.state.withdrawn')}</Chip>}
                {uses > 0 && (
                  <Link to="/processes" search={{ plugin: id, version } as never}>
                    {say('plugins.uses', { count: uses })}
                  </Link>
                )}
                {uses === 0 && <span>{say('plugins.uses', { count: 0 })}</span>}
              </>
            }
            note={
              <>
                <Moment at={installedAt} /> · {installedBy}
                {withdrawn?.version === version && ` · ${withdrawn.reason}`}
                {withdrawn?.version === version && withdrawn.replacement !== null && ` → ${withdrawn.replacement}`}
              </>
            }
          />
        );
      })}
      {versions.length === 0 && !isNew && <PanelEmpty>–</PanelEmpty>}
    </Panel>
  );
}

interface VersionProperties {
  readonly id: string;
  readonly tone: Tone;
  readonly version: string;
  /** Null: there is nothing before it to compare with. */
  readonly between: { readonly from: string; readonly to?: string } | null;
  readonly opened?: boolean;
  readonly facts: ReactNode;
  readonly note?: ReactNode;
}

function Version({ id, tone, version, between, opened = false, facts, note }: VersionProperties) {
  const { say } = useText();
  const [open, setOpen] = useState(opened && between !== null);
  return (
    <>
      <PanelRow
        mark={<Dot tone={tone} />}
        note={note}
        act={
          between !== null && (
            <FoldButton open={open} setOpen={setOpen} label={say('channels.whatChangedIn', { id: version })}>
              {say('channels.whatChanged')}
            </FoldButton>
          )
        }
      >
        <strong className="mono">{version}</strong> {facts}
      </PanelRow>
      {open && between !== null && <Changes id={id} between={between} />}
    </>
  );
}

function Changes({ id, between }: { readonly id: string; readonly between: { from: string; to?: string } }) {
  const query = useQuery({
    queryKey: ['plugins', 'changes', id, between.from, between.to ?? ''],
    queryFn: () => api.plugins.showChanges({ params: { id }, query: between }),
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  return (
    <section aria-label={`${query.data.from} → ${query.data.to}`}>
      <PanelEmpty>
        {query.data.from} → {query.data.to}
        {between.to === undefined && <UserFilesList files={query.data.userFiles} />}
      </PanelEmpty>
      <VersionChanges changes={query.data} />
    </section>
  );
}
