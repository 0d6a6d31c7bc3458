import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ProcessDocument } from '../api/types.ts';
import type { Box } from './graph-layout.ts';
import type { GraphParts } from './graph-parts.ts';
import { layOutAside } from './lay-out-aside.ts';
import { storedPositions } from './positions.ts';

/** Where everything stands: as its author left it, else laid out; null while that is computed. */
export function useBoxes(
  document: ProcessDocument,
  parts: GraphParts,
): { readonly boxes: ReadonlyMap<string, Box> | null; readonly error: unknown } {
  const stored = useMemo(() => storedPositions(document, parts), [document, parts]);
  const shape = useMemo(
    () => JSON.stringify([parts.nodes.map(({ id }) => id), parts.edges.map(({ source, target }) => [source, target])]),
    [parts],
  );
  const laidOut = useQuery({
    queryKey: ['graph-layout', shape],
    queryFn: () => layOutAside(parts),
    enabled: stored === null,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
    retry: false,
  });
  return { boxes: stored ?? laidOut.data ?? null, error: laidOut.error };
}
