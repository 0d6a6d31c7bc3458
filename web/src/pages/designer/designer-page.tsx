import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { api } from '../../api/client.ts';
import type { ProcessDetail, ProcessDocument } from '../../api/types.ts';
import { graphParts } from '../../graph/graph-parts.ts';
import { withPositions } from '../../graph/positions.ts';
import { useBoxes } from '../../graph/use-boxes.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Designer } from './designer.tsx';
import type { Stored } from './stored.ts';

const empty: ProcessDocument = {
  name: '',
  description: '',
  properties: [],
  propDefs: [],
  rootActivity: {
    type: 'graph',
    name: 'graph',
    edges: [],
    offsets: [{ name: 'start', x: 90, y: 0, h: 32, w: 88 }],
    children: [],
  },
};

/** Creates a process (`/processes/new/design`) or edits one. */
export default function DesignerPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  return id === 'new' ? <Designer key="new" stored={null} beginning={empty} /> : <EditProcess key={id} id={id} />;
}

function EditProcess({ id }: { readonly id: string }) {
  const query = useQuery({
    queryKey: ['processes', 'one', id],
    queryFn: () => api.processes.showProcess({ params: { id } }),
  });
  if (query.data) return <WithPositions process={query.data} />;
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Loading />;
}

/** Every activity gets its place before the first edit: what is saved then is what was seen. */
function WithPositions({ process }: { readonly process: ProcessDetail }) {
  const parts = useMemo(() => graphParts(process.document, { allStarts: true }), [process.document]);
  const { boxes, error } = useBoxes(process.document, parts);
  const ready = useMemo<Stored | null>(
    () => boxes && { process, document: withPositions(process.document, boxes) },
    [boxes, process],
  );
  // while a version of somebody else is laid out, the former one stays
  const last = useRef<Stored | null>(null);
  if (ready) last.current = ready;
  if (error) return <Failure error={error} />;
  if (!last.current) return <Loading />;
  return <Designer stored={last.current} beginning={last.current.document} />;
}
