import { type ProcessDocument, parseTrustedJson } from '../../process/index.ts';
import type { ProcessInput } from '../../upgrade/index.ts';
import { identityOf, type ProcessRow } from '../process/find-process.ts';

export function processInputOf(
  row: Pick<ProcessRow, 'id' | 'name' | 'kind' | 'owner' | 'draft' | 'version'> & { readonly document: string },
  document = parseTrustedJson(row.document) as ProcessDocument,
): ProcessInput {
  return { ...identityOf(row), document, text: row.document };
}
