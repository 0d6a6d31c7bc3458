import { Box } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../../api/client.ts';
import type { ProcessActivity, ProcessDocument, RunDetail, RunStep } from '../../api/types.ts';
import { type GraphParts, graphParts } from '../../graph/graph-parts.ts';
import type { Mark } from '../../graph/mark.ts';
import { ProcessGraph } from '../../graph/process-graph.tsx';
import { useBoxes } from '../../graph/use-boxes.ts';
import { useText } from '../../text/index.tsx';

interface RunGraphProperties {
  readonly run: RunDetail;
  readonly open: string | null;
  readonly choose: (step: string) => void;
}

/** The process as it was when the run began, each activity with what became of it; a click opens its log. */
export function RunGraph({ run, open, choose }: RunGraphProperties) {
  const { data } = useQuery({
    queryKey: ['processes', 'version', run.processId, run.processVersion],
    queryFn: () => api.processes.showVersion({ params: { id: run.processId, version: run.processVersion } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  // one that is gone, or that only the steps know: the table below tells everything
  return data ? <Picture document={data as ProcessDocument} run={run} open={open} choose={choose} /> : null;
}

function Picture({ document, run, open, choose }: RunGraphProperties & { readonly document: ProcessDocument }) {
  const { say } = useText();
  const parts = useMemo(() => graphParts(document), [document]);
  const { boxes } = useBoxes(document, parts);
  const nodeOf = useMemo(() => nodeFinder(document, parts), [document, parts]);
  const marks = useMemo(() => {
    const found = new Map<string, Mark>();
    for (const step of run.stepList) {
      const node = nodeOf(step);
      if (node !== undefined) found.set(node, `step.${step.state}`);
    }
    return found;
  }, [nodeOf, run.stepList]);
  if (!boxes || parts.nodes.length === 0) return null;
  const stepOf = (node: string): RunStep | undefined => run.stepList.findLast((step) => nodeOf(step) === node);
  const chosen = run.stepList.find(({ id }) => id === open);
  return (
    <Box h="100%" mih={320}>
      <ProcessGraph
        parts={parts}
        boxes={boxes}
        marks={marks}
        selected={chosen ? (nodeOf(chosen) ?? null) : null}
        onSelect={(node) => {
          const step = node === null ? undefined : stepOf(node);
          if (step) choose(step.id);
        }}
        bare
        label={say('runs.graph', { name: run.processName })}
      />
    </Box>
  );
}

/** Steps know their activity by child indexes in the document. */
function nodeFinder(document: ProcessDocument, parts: GraphParts): (step: RunStep) => string | undefined {
  const ids = new Map(parts.nodes.filter(({ kind }) => kind !== 'start').map(({ activity, id }) => [activity, id]));
  return ({ path }) => {
    let activity: ProcessActivity | undefined = document.rootActivity;
    for (const index of path) activity = activity?.children?.[index];
    return path.length > 0 && activity ? ids.get(activity) : undefined;
  };
}
