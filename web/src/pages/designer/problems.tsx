import { Alert, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { ProcessDocument } from '../../api/types.ts';
import { useText } from '../../text/index.tsx';

/** What the server finds wrong with the process as it stands; asked when nobody types. */
export function Problems({ document }: { readonly document: ProcessDocument }) {
  const { say } = useText();
  const [settled] = useDebouncedValue(document, 600);
  const query = useQuery({
    queryKey: ['process-check', settled],
    queryKeyHashFn: () => `process-check ${versionOf(settled)}`,
    queryFn: () => api.processes.checkProcess({ body: { document: settled } }),
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  });
  if (!query.data || query.data.length === 0) return null;
  return (
    <Alert color="yellow" role="status" title={say('process.problems', { count: query.data.length })}>
      {query.data.slice(0, 20).map(({ code, message, hint }) => (
        <Text key={`${code} ${message}`} size="sm">
          {message} {hint && `→ ${hint}`}
        </Text>
      ))}
    </Alert>
  );
}

const numbers = new WeakMap<ProcessDocument, number>();
let last = 0;

/** A number for each value of a document: writing a large one out only to tell it from another would take long. */
function versionOf(document: ProcessDocument): number {
  const known = numbers.get(document) ?? ++last;
  numbers.set(document, known);
  return known;
}
