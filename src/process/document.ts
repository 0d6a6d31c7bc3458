export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/**
 * A process as its export writes it. Only the fields that Lockstep reads are typed; every other field is kept as it
 * came, in its place, so that a round trip loses nothing.
 */
export interface ProcessDocument {
  readonly name: string;
  readonly description?: string;
  readonly rootActivity: Activity;
  readonly [field: string]: unknown;
}

export interface Activity {
  readonly type: string;
  /** Unique in its process; edges and `${p:Activity/prop}` refer to it [SCOPE-4]. */
  readonly name: string;
  readonly children?: readonly Activity[];
  readonly edges?: readonly Edge[];
  readonly [field: string]: unknown;
}

/** An edge without `from` starts its graph. */
export interface Edge {
  readonly from?: string;
  readonly to: string;
  readonly type: 'ALWAYS' | 'SUCCESS' | 'FAILURE' | 'VALUE';
  readonly value?: string;
  readonly [field: string]: unknown;
}

/** `component`: a component's process; `template`: a component template's; `generic`: on its own. */
export type ProcessKind = 'component' | 'template' | 'generic';
