import type { ProcessDetail, ProcessDocument } from '../../api/types.ts';

/** The version that the server has, with every activity's place. */
export interface Stored {
  readonly process: ProcessDetail;
  readonly document: ProcessDocument;
}
