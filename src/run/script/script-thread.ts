import { parentPort } from 'node:worker_threads';
import { runInSandbox } from './sandbox.ts';
import type { ScriptJob } from './script-job.ts';

parentPort!.on('message', async (job: ScriptJob) => {
  try {
    parentPort!.postMessage(await runInSandbox(job));
  } catch (thrown) {
    parentPort!.postMessage({
      error: `The script's engine failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      properties: job.properties,
      linesOfInterest: [],
      printed: '',
      holds: false,
      spent: true,
    });
  }
});
