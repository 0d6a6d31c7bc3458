import type { RunStep } from '../api/types.ts';

/** What is to be seen of a node or an edge: how it differs from another version, or that something is missing. */
type Difference = 'added' | 'removed' | 'changed' | 'renamed' | 'asks' | 'problem';

/** What became of it in a run. */
type Progress = `step.${RunStep['state']}`;

export type Mark = Difference | Progress;

/** The words for a mark: it is never told by colour alone. */
export function markText(mark: Mark): `graph.mark.${Difference}` | `step.state.${RunStep['state']}` {
  return isProgress(mark) ? `step.state.${mark.slice('step.'.length) as RunStep['state']}` : `graph.mark.${mark}`;
}

function isProgress(mark: Mark): mark is Progress {
  return mark.startsWith('step.');
}
