export { checkGraph, reachable } from './check-graph.ts';
export {
  type DocumentDifference,
  diffProcesses,
  formatDifference,
  formatEdge,
} from './diff-processes.ts';
export type { Activity, Edge, ProcessDocument, ProcessKind } from './document.ts';
export {
  formatDocument,
  formatJson,
  isRecord,
  parseJson,
  parseTrustedJson,
  sameJson,
  textOf,
} from './document-text.ts';
export { draftMark, draftNamed, isDraft, nameShown } from './draft.ts';
export {
  type Expression,
  namedOutputs,
  parseExpressions,
  previousStep,
  switchExpression,
} from './expression.ts';
export { expressionFaults } from './expression-faults.ts';
export { formatAccepted, formatWritten, mediaTypes, type WrittenFormat } from './format-written.ts';
export { listUses, readUse, versionOf, visitActivities } from './list-uses.ts';
export { type OutputReference, replaceReferences, visitReferences } from './output-reference.ts';
export { parseDocument } from './parse-document.ts';
export { shapeFaultOf } from './process-fault.ts';
export {
  type ExportedProcess,
  type ExportShape,
  fillExport,
  findProcesses,
  ownExport,
  type ProcessExport,
  readExport,
} from './read-export.ts';
export { readWritten } from './read-written.ts';
export { type IsSecret, isSecretMember, type Secrets, secretsAmong } from './secret-values.ts';
export type { Use, UseValue } from './use.ts';
