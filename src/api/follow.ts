import { LockstepError, readError } from '../failure/index.ts';
import type { Client } from './client.ts';
import type { Operation } from './operations.ts';

export interface FollowOptions {
  readonly onProgress?: (label: string, done: number, total: number | null) => void;
  /** What happens when somebody gives up: the work is asked to end at its next safe point, or is left to go on. */
  readonly signal?: AbortSignal;
  readonly onAbort?: 'cancel' | 'leave';
}

/** Watches long work to its end and answers its result; its failure is thrown. */
export async function follow(
  client: Client,
  started: Operation,
  { onProgress = () => {}, signal, onAbort = 'leave' }: FollowOptions = {},
): Promise<unknown> {
  let operation = started;
  let cancelled = false;
  while (operation.state === 'waiting' || operation.state === 'progress') {
    show(operation, onProgress);
    if (signal?.aborted && onAbort === 'leave') throw left(operation);
    if (signal?.aborted && !cancelled) {
      cancelled = true;
      await client.operations.cancelOperation({ params: { id: operation.id } });
    }
    operation = await client.operations.showOperation({ params: { id: operation.id }, query: { wait: 0.3 } });
  }
  show(operation, onProgress);
  if (operation.state === 'success') return operation.result;
  throw readError(operation.reason) ?? new LockstepError('internal', `${operation.label} failed.`);
}

function show({ label, current, end, sub }: Operation, onProgress: NonNullable<FollowOptions['onProgress']>): void {
  const part = sub.find(({ state }) => state === 'progress');
  if (part?.current != null) onProgress(`${label}: ${part.label}`, part.current, part.end);
  else if (current !== null) onProgress(label, current, end);
}

function left({ id, label }: Operation): LockstepError {
  return new LockstepError('interrupted', `${label} goes on at the server (operation ${id}).`, {
    hint: 'What it does can be seen there.',
    data: { operation: id },
  });
}
