import type { PluginDefinition, UpgradeFile } from '../plugin/index.ts';
import type { ProcessDocument, ProcessKind } from '../process/index.ts';
import type { DialectName } from './dialect.ts';
import type { PlanOptions } from './plan.ts';
import type { Predecessor } from './succession.ts';

/** Everything that decides what an upgrade does. */
export interface UpgradeInput {
  /** `names`: the display name and every former one [SCOPE-2]. */
  readonly plugin: { readonly id: string; readonly names: readonly string[] };
  /** Every definition that is known, by version; the target's must be among them. */
  readonly definitions: ReadonlyMap<number, PluginDefinition>;
  /** null: a package without `upgrade.xml` [CHAIN-3]. */
  readonly upgradeFile: UpgradeFile | null;
  readonly to: number;
  /** The plugin whose uses are planned, and those between it and this one; left out: the plugin's own uses [SUCC-1]. */
  readonly predecessors?: readonly Predecessor[];
  /** Left out: for unlisted steps what the dialect says, defaults `if-unchanged`. */
  readonly options?: Partial<PlanOptions>;
  /** Whose way with unlisted steps counts unless told; left out: that of the server that the package needs [STEP-6]. */
  readonly dialect?: DialectName | null;
  /** The version that is active now; a lower target is refused [DO-7]. */
  readonly active?: number | null;
}

/** One process as it stands, to be planned. */
export interface ProcessInput {
  readonly id: string;
  readonly name: string;
  readonly kind: ProcessKind;
  readonly owner: string | null;
  /** The process version that `document` is. */
  readonly version: number;
  readonly document: ProcessDocument;
  /** The document as `formatDocument` writes it, where it is at hand: what it does not mention is not looked for. */
  readonly text?: string;
}
