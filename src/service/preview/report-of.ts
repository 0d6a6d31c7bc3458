import type { PreviewReport } from '../../api/preview.ts';
import type { Preview } from '../../preview/index.ts';

/** What is shown of a preview; the whole of it is in its files. */
export function reportOf(preview: Preview): PreviewReport {
  const { server, plugin, rules, counts, totals, groups, processes, applicationProcesses, notKnown, unread } = preview;
  const names = new Map(processes.map(({ id, owner, name }) => [id, owner === null ? name : `${owner} / ${name}`]));
  return {
    server,
    plugin,
    rules: rules.title,
    counts,
    totals,
    groups: groups.map(({ processes: ids, ...group }) => ({
      ...group,
      processes: ids.map((id) => names.get(id) ?? id),
    })),
    applicationProcesses: applicationProcesses.map(({ application, name }) => `${application} / ${name}`),
    notKnown: [...notKnown],
    unread: unread.map(({ what, reason }) => ({ what, reason })),
  };
}
