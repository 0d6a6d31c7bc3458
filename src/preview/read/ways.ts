import type { ProcessDocument } from '../../process/index.ts';
import type { LiveClient } from './live-client.ts';
import { processIn } from './process-texts.ts';

/** What one process is asked for by. */
export interface Wanted {
  readonly kind: 'component' | 'template' | 'generic' | 'application';
  readonly ownerId: string;
  readonly id: string;
}

/** Why a process was not read, where, and what was answered there. */
interface Missed {
  readonly fault: string;
  readonly path: string;
  readonly status: number;
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

/** Its draft, which servers from 8.2 on keep beside it. */
export const draftOf: Way = (wanted) => `${newer(wanted)}&draft=true`;

/** Reads one process, in the way that this server knows; where it is not told, whichever worked last goes first. */
export function processReader(client: LiveClient, generation: 'newer' | 'older' | null) {
  let first: readonly Way[] = generation === 'older' ? [older, newer] : [newer, older];
  return async (wanted: Wanted): Promise<{ readonly document: ProcessDocument } | Missed> => {
    let missed: Missed = { fault: '', path: '', status: 0 };
    for (const way of first) {
      const here = way(wanted);
      const answer = await client.get(here, { keep: true });
      const read = processIn(answer);
      if ('document' in read) {
        if (way !== first[0] && generation === null) first = [way, ...first.filter((other) => other !== way)];
        return read;
      }
      // the answer of a way that it knows says more than that of one it does not
      if (missed.fault === '' || answer.status !== 404)
        missed = { fault: read.fault, path: here, status: answer.status };
      if (answer.status === 401 || answer.status === 403) break;
    }
    return missed;
  };
}
