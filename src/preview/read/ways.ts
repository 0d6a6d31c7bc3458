import type { ProcessDocument } from '../../process/index.ts';
import type { LiveClient } from './live-client.ts';
import { processIn } from './process-texts.ts';

/** What one process is asked for by. */
export interface Wanted {
  readonly kind: 'component' | 'template' | 'generic' | 'application';
  readonly ownerId: string;
  readonly id: string;
}

type Way = (wanted: Wanted) => string;

/** Servers from 8.1 on. */
const newer: Way = ({ kind, ownerId, id }) => {
  const query = (values: Readonly<Record<string, string>>) => new URLSearchParams(values).toString();
  if (kind === 'generic') return `/cli/process/export?${query({ process: id })}`;
  if (kind === 'application')
    return `/cli/applicationProcess/export?${query({ application: ownerId, applicationProcess: id })}`;
  if (kind === 'template')
    return `/cli/componentProcess/exportTemplate?${query({ componentTemplate: ownerId, componentProcess: id })}`;
  return `/cli/componentProcess/export?${query({ component: ownerId, componentProcess: id })}`;
};

const older: Way = ({ kind, id }) => {
  const escaped = encodeURIComponent(id);
  if (kind === 'generic') return `/rest/process/${escaped}/export`;
  if (kind === 'application') return `/rest/deploy/applicationProcess/${escaped}/-1`;
  return `/rest/deploy/componentProcess/${escaped}/-1`;
};

/** Reads one process, in the way that this server knows; where it is not told, whichever worked last goes first. */
export function processReader(client: LiveClient, generation: 'newer' | 'older' | null) {
  let first: readonly Way[] = generation === 'older' ? [older, newer] : [newer, older];
  return async (
    wanted: Wanted,
  ): Promise<{ readonly document: ProcessDocument } | { readonly fault: string; readonly path: string }> => {
    let fault = '';
    let path = '';
    for (const way of first) {
      const here = way(wanted);
      const answer = await client.get(here, { keep: true });
      const read = processIn(answer);
      if ('document' in read) {
        if (way !== first[0] && generation === null) first = [way, ...first.filter((other) => other !== way)];
        return read;
      }
      // the answer of a way that it knows says more than that of one it does not
      if (fault === '' || answer.status !== 404) [fault, path] = [read.fault, here];
      if (answer.status === 401 || answer.status === 403) break;
    }
    return { fault, path };
  };
}
