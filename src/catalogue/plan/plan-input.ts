import { type ProcessDocument, parseTrustedJson } from '../../process/index.ts';
import type { PlanSubject } from '../../upgrade/index.ts';
import { identityOf, type ProcessRow } from '../process/find-process.ts';

export function subjectOf(
  row: Pick<ProcessRow, 'id' | 'name' | 'kind' | 'owner' | 'draft' | 'version'> & { readonly document: string },
  document = parseTrustedJson(row.document) as ProcessDocument,
): PlanSubject {
  return { ...identityOf(row), document, text: row.document };
}
