import { parentPort } from 'node:worker_threads';
import { outcomeOf } from './pack-outcome.ts';
import { packTarget } from './pack-target.ts';
import { type PackAnswer, type PackShare, take } from './packers.ts';

parentPort?.on('message', ({ jobs, next }: PackShare) => {
  const answer = (message: PackAnswer) => parentPort?.postMessage(message);
  for (let at = take(next); at < jobs.length; at = take(next)) {
    const job = jobs[at]!;
    answer([at, outcomeOf(() => packTarget(job))]);
  }
  answer(null);
});
