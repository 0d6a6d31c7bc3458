import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { readError } from '../../failure/index.ts';

/** Brings the schema of a file up to date in a thread of its own, so that this one goes on answering. */
export async function migrateBeside(file: string): Promise<void> {
  const worker = new Worker(new URL('./migrate-thread.ts', import.meta.url), { workerData: file, execArgv: [] });
  const [failure] = (await once(worker, 'message')) as [unknown];
  await worker.terminate();
  const error = readError(failure);
  if (error) throw error;
}
