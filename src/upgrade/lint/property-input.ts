import type { Place } from '../../failure/index.ts';
import type { MigrateBlock, StepType } from '../../plugin/index.ts';
import type { StepTrace } from './hop-trace.ts';

export interface PropertyInput {
  readonly trace: StepTrace;
  readonly now: StepType;
  /** The block for the target version, where there is one. */
  readonly block: MigrateBlock | null;
  /** Where to point when nothing better is known. */
  readonly at: Place;
}
