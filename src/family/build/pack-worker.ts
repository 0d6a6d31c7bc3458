import { parentPort } from 'node:worker_threads';
import { readyBzip2 } from '../../package/index-write.ts';
import { outcomeOf } from './pack-outcome.ts';
import { packTarget } from './pack-target.ts';
import { type PackAnswer, type PackShare, take } from './packers.ts';

// while the recipes are read there is nothing to pack yet
readyBzip2();

parentPort?.on('message', ({ jobs, next }: PackShare) => {
  const answer = (message: PackAnswer) => parentPort?.postMessage(message);
  for (let at = take(next); at < jobs.length; at = take(next)) {
    const job = jobs[at]!;
    answer([at, outcomeOf(() => packTarget(job))]);
  }
  answer(null);
});
