/** null: no value; `{ secret: true }`: there is one and it is not shown. */
export type ShownValue = string | null | { readonly secret: true };

/** What became of one value. */
export interface ValueChange {
  /** Name afterwards (or the dropped name). */
  readonly name: string;
  /** Name before, when renamed. */
  readonly was: string | null;
  readonly before: ShownValue;
  readonly after: ShownValue;
  readonly rule: string;
  readonly reason: string;
  /** Dropped although somebody chose it: it is no default of any known version. */
  readonly chosen?: true;
}

/** All that a plan has to know of one way in which a value may change. */
export interface ChangeKind {
  readonly kind: string;
  /** Whether it counts as a value that the upgrade changes. */
  readonly counts: boolean;
  /** In the title of a group; null: not worth a word there. */
  describe(change: ValueChange): string | null;
  /** By what processes are told apart beside the names: its kind, unless there is more to say. */
  signature?(change: ValueChange): string;
  /** What the upgrade's author wrote into the value; it tells processes apart as well. */
  written?(change: ValueChange): string;
}

/** `"host"`, or `"server" becomes "host"`. */
export function quotedName({ name, was }: ValueChange): string {
  return was === null ? `"${name}"` : `"${was}" becomes "${name}"`;
}
