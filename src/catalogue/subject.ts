import type { ProcessDocument } from '../process/index.ts';
import type { PlanSubject } from '../upgrade/index.ts';
import type { ProcessRow } from './find-process.ts';

export function subjectOf(
  row: Pick<ProcessRow, 'id' | 'name' | 'kind' | 'owner' | 'version'>,
  document: ProcessDocument,
): PlanSubject {
  return {
    id: String(row.id),
    name: row.name,
    kind: row.kind,
    owner: row.owner === '' ? null : row.owner,
    version: row.version,
    document,
  };
}
