import type { ProcessSummary } from '../../../api/processes.ts';

/** A line of a list of processes. `path` says whose it is, as clients read it. */
export function describeProcess(process: Pick<ProcessSummary, 'id' | 'name' | 'kind' | 'owner' | 'version'>): object {
  const { id, name, kind, owner, version } = process;
  const path =
    kind === 'generic'
      ? `processes/${id}`
      : `${kind === 'template' ? 'componentTemplates' : 'components'}/${owner ?? ''}/processes/${id}`;
  return { id, name, path, version, versionCount: version, active: true };
}
