import { parentPort } from 'node:worker_threads';
import type { Bzip2Task } from './bzip2.ts';
import { compressBzip2, expandBzip2 } from './bzip2-codec.ts';

parentPort?.on('message', (task: Bzip2Task) => {
  const outcome = task.verb === 'compress' ? compressBzip2(task.input) : expandBzip2(task.input, task.cap);
  parentPort?.postMessage(outcome, 'bytes' in outcome ? [outcome.bytes.buffer] : []);
});
