import { Alert, Progress, Stack, Text } from '@mantine/core';
import type { Operation } from '../api/types.ts';
import { isOver } from '../api/use-operation.ts';
import { type Say, useText } from '../text/index.tsx';
import { ServerWords } from './server-words.tsx';

/** An operation while it works, and why it failed. */
export function OperationProgress({ operation }: { readonly operation: Operation }) {
  const { say } = useText();
  const label = nameOf(operation, say);
  if (operation.state === 'fail') {
    return (
      <Alert color="red" role="alert" title={say('operation.failed', { label })}>
        {operation.reason && <ServerWords {...operation.reason} />}
      </Alert>
    );
  }
  if (isOver(operation)) {
    return (
      <Alert color="green" role="status">
        {say('operation.done', { label })}
      </Alert>
    );
  }
  return (
    <Stack gap={4} role="status">
      <Text size="sm">{say('operation.working', { label })}</Text>
      <Bar label={label} current={operation.current} end={operation.end} />
      {operation.sub.map((part) => (
        <Bar key={part.label} label={nameOfPart(part.label, say)} current={part.current} end={part.end} />
      ))}
    </Stack>
  );
}

/** In the person's language where the page knows this kind of work; else as the server calls it. */
function nameOf({ kind, subject, label }: Operation, say: Say): string {
  const known = kinds.find((one) => one === kind);
  return known ? say(`operation.kind.${known}`, { subject: subject ?? '' }) : label;
}

const kinds = ['install', 'upgrade', 'uninstall', 'update', 'plan', 'apply', 'undo', 'examples', 'upload'] as const;

function nameOfPart(label: string, say: Say): string {
  return label === 'download' || label === 'install' ? say(`operation.part.${label}`) : label;
}

function Bar({
  label,
  current,
  end,
}: {
  readonly label: string;
  readonly current: number | null;
  readonly end: number | null;
}) {
  const known = current !== null && end !== null && end > 0;
  return (
    <Progress.Root size="md">
      <Progress.Section value={known ? (100 * current) / end : 100} animated={!known} aria-label={label} />
    </Progress.Root>
  );
}
