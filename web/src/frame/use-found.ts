import { useDebouncedValue } from '@mantine/hooks';
import IconArrowBarToUp from '@tabler/icons-react/icons/IconArrowBarToUp';
import IconPlayerPlay from '@tabler/icons-react/icons/IconPlayerPlay';
import IconSitemap from '@tabler/icons-react/icons/IconSitemap';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createElement, type ReactNode } from 'react';
import { api } from '../api/client.ts';
import type { PluginSummary } from '../api/types.ts';
import { Monogram } from '../parts/monogram.tsx';
import { useSession } from '../session/use-session.ts';
import { useText } from '../text/index.tsx';
import { openHelp } from './keys.ts';
import { type Meant, meant } from './meant.ts';
import { type Icon, menu } from './menu-entries.ts';

interface Found {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
  readonly mark: ReactNode;
  readonly act: () => void;
}

interface FoundGroup {
  readonly title: string;
  readonly found: readonly Found[];
}

const most = 6;
const icon = (shape: Icon): ReactNode => createElement(shape, { size: 16, stroke: 1.6, 'aria-hidden': true });

/** What fits the words in the palette, searched by the server where it knows more than the page. */
export function useFound(query: string): readonly FoundGroup[] {
  const { say } = useText();
  const { may } = useSession();
  const [settled] = useDebouncedValue(query, 120);
  const wanted = meant(settled);
  const asks = wanted.words !== '';
  const foundProcesses = useQuery({
    queryKey: ['processes', 'palette', wanted.words],
    queryFn: () => api.processes.listProcesses({ query: { search: wanted.words, limit: most } }),
    placeholderData: keepPreviousData,
    enabled: asks,
  });
  const foundPlugins = useQuery({
    queryKey: ['plugins', 'list', 'all', wanted.words],
    queryFn: () => api.plugins.listPlugins({ query: { state: 'all', search: wanted.words } }),
    placeholderData: keepPreviousData,
    enabled: asks,
  });
  const allPlans = useQuery({
    queryKey: ['plans', 'palette'],
    queryFn: () => api.plans.listPlans({ query: { limit: 50 } }),
    enabled: asks,
  });
  const go = useGo();
  const groups: FoundGroup[] = [
    // pages wait for no server: whoever types fast and presses Enter goes to what was typed
    { title: say('palette.go'), found: pagesFor(meant(query), say, go) },
    ...(asks
      ? [
          {
            title: say('menu.plugins'),
            found: pluginsFor(wanted, foundPlugins.data?.items ?? [], say, go, may('plugin-manage')),
          },
          {
            title: say('menu.processes'),
            found: (foundProcesses.data?.items ?? []).map(({ id, name, owner }): Found => {
              const runs = wanted.verb === 'run';
              const label = owner ? `${owner} / ${name}` : name;
              return {
                id: `process ${id}`,
                label: runs ? say('palette.run', { name: label }) : label,
                mark: icon(runs ? IconPlayerPlay : IconSitemap),
                act: () => go(runs ? `/runs?process=${id}` : `/processes/${id}`),
              };
            }),
          },
          {
            title: say('menu.upgrades'),
            found: (allPlans.data?.items ?? [])
              .filter(
                ({ id, plugin }) =>
                  id === wanted.number || `${plugin.name} ${plugin.id}`.toLowerCase().includes(wanted.words),
              )
              .slice(0, most)
              .map(({ id, plugin, from, to, state, interrupted }) => ({
                id: `plan ${id}`,
                label: `${say('process.plan', { plan: id })} · ${plugin.name} ${from.join(', ')} → ${to}`,
                note: say(interrupted ? 'plan.interrupted' : `plan.state.${state}`),
                mark: icon(IconArrowBarToUp),
                act: () => go(`/upgrades/${id}`),
              })),
          },
        ]
      : []),
  ];
  return groups.filter(({ found }) => found.length > 0);
}

type Go = (to: string) => void;

function useGo(): Go {
  const navigate = useNavigate();
  return (to) => void navigate({ href: to });
}

function pagesFor(wanted: Meant, say: ReturnType<typeof useText>['say'], go: Go): Found[] {
  const pages = menu
    .flatMap(({ entries }) => entries)
    .map(({ text, to, icon: shape }) => ({ id: to, label: say(text), mark: icon(shape), act: () => go(to) }));
  const acts: Found[] = [
    { id: 'new process', label: say('processes.new'), mark: icon(IconSitemap), act: () => go('/processes/new/design') },
    { id: 'labels', label: say('menu.labels'), mark: icon(IconSitemap), act: () => go('/labels') },
    { id: 'snapshots', label: say('menu.snapshots'), mark: icon(IconSitemap), act: () => go('/snapshots') },
    { id: 'plan', label: say('upgrades.new'), mark: icon(IconArrowBarToUp), act: () => go('/upgrades') },
    { id: 'request', label: say('runs.request'), mark: icon(IconPlayerPlay), act: () => go('/runs') },
    { id: 'keys', label: say('keys.title'), mark: null, act: openHelp },
    { id: 'preview', label: say('menu.preview'), mark: null, act: () => go('/preview') },
    { id: 'api', label: say('api.title'), mark: null, act: () => go('/help/api') },
  ];
  return [...pages, ...acts].filter(({ label }) => label.toLowerCase().includes(wanted.words));
}

function pluginsFor(
  { verb }: Meant,
  items: readonly PluginSummary[],
  say: ReturnType<typeof useText>['say'],
  go: Go,
  mayManage: boolean,
): Found[] {
  return items.slice(0, most).map(({ id, name, installed, offered }): Found => {
    const installs = verb === 'install' && installed === null && mayManage;
    return {
      id: `plugin ${id}`,
      label: installs ? say('palette.install', { name }) : name,
      note: name === id ? (installed ?? offered ?? '') : id,
      mark: createElement(Monogram, { name, size: 'small' }),
      act: () => go(`/configuration/provisioning/plugins/${encodeURIComponent(id)}`),
    };
  });
}
