import type { Runs } from '../../run/index.ts';
import type { Spans } from './spans.ts';

/** Many more than can end at once on one server. */
const remembered = 10_000;

/** When a run has ended on this server, the span over all its steps is told. */
export function followRuns(spans: Spans, runs: Runs): () => void {
  const told = new Set<string>();
  return runs.onChange((id) => {
    runs.summary(id).then(
      ({ state, requestedAt, endedAt, processId, processVersion, steps }) => {
        if (endedAt === null || told.has(id)) return;
        told.add(id);
        for (const old of told) {
          if (told.size <= remembered) break;
          told.delete(old);
        }
        const attributes = {
          'lockstep.run.id': id,
          'lockstep.run.state': state,
          'lockstep.run.steps': steps,
          'lockstep.process.id': processId,
          'lockstep.process.version': processVersion,
        };
        spans.recordRun(id, attributes, new Date(requestedAt), new Date(endedAt), state === 'failed');
      },
      () => {},
    );
  });
}
