import { LockstepError } from '../failure/index.ts';
import type { ProcessDocument } from './document.ts';
import { isRecord, parseJson } from './document-text.ts';
import { faultOf } from './process-fault.ts';
import { placeAt } from './scan-json.ts';

/** The text of one process document → its value; `process-not-valid` where it is no process that everything else can read. */
export function parseDocument(text: string, file = 'process'): ProcessDocument {
  const value = parseJson(text, file);
  const fault = isRecord(value) ? faultOf(value) : 'it is no object';
  if (fault === null) return value as ProcessDocument;
  throw new LockstepError('process-not-valid', `This is no process: ${fault}.`, {
    hint: 'Give the JSON of one process.',
    where: placeAt(text, 0, file),
  });
}
