import { Box, Grid, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ProcessDocument } from '../../api/types.ts';
import { graphParts } from '../../graph/graph-parts.ts';
import type { Mark } from '../../graph/mark.ts';
import { ProcessGraph } from '../../graph/process-graph.tsx';
import { useBoxes } from '../../graph/use-boxes.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useText } from '../../text/index.tsx';
import { StepDetails } from './step-details.tsx';

interface ProcessPictureProperties {
  readonly document: ProcessDocument;
  readonly label: string;
  readonly marks?: ReadonlyMap<string, Mark>;
}

/** A process to look at: the graph, and beside it what the chosen activity says. */
export function ProcessPicture({ document, label, marks }: ProcessPictureProperties) {
  const { say } = useText();
  const [selected, setSelected] = useState<string | null>(null);
  const parts = useMemo(() => graphParts(document), [document]);
  const { boxes, error } = useBoxes(document, parts);
  if (error) return <Failure error={error} />;
  if (!boxes) return <Loading />;
  if (parts.nodes.length === 0) return <Text>{say('graph.empty')}</Text>;
  const chosen = parts.nodes.find(({ id }) => id === selected);
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: chosen ? 8 : 12 }}>
        <Box h="62vh">
          <ProcessGraph
            parts={parts}
            boxes={boxes}
            selected={selected}
            onSelect={setSelected}
            label={label}
            {...(marks ? { marks } : {})}
          />
        </Box>
      </Grid.Col>
      {chosen && chosen.kind !== 'start' && (
        <Grid.Col span={{ base: 12, md: 4 }}>
          <StepDetails activity={chosen.activity} close={() => setSelected(null)} />
        </Grid.Col>
      )}
    </Grid>
  );
}
