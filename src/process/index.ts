export { checkGraph, reachable } from './check-graph.ts';
export {
  type DiffOptions,
  type DocumentDifference,
  diffProcesses,
  type FieldDifference,
  formatDifference,
  formatEdge,
} from './diff-processes.ts';
export type { Activity, Edge, Json, JsonObject, ProcessDocument, ProcessKind } from './document.ts';
export {
  formatDocument,
  formatJson,
  isRecord,
  parseJson,
  parseTrustedJson,
  sameJson,
  textOf,
} from './document-text.ts';
export {
  type Expression,
  type MalformedExpression,
  malformedExpressions,
  type NamedOutput,
  namedOutputs,
  parseExpressions,
  previousStep,
  type Segment,
  switchExpression,
} from './expression.ts';
export { listUses, readUse, versionOf, visitActivities } from './list-uses.ts';
export { type OutputReference, replaceReferences, visitReferences } from './output-reference.ts';
export { parseDocument } from './parse-document.ts';
export {
  type ExportedProcess,
  type ExportShape,
  fillExport,
  ownExport,
  type ProcessExport,
  readExport,
} from './read-export.ts';
export { rewriteJson } from './rewrite-json.ts';
export type { Use, UseValue } from './use.ts';
