import { parentPort } from 'node:worker_threads';
import { openSandbox, type Sandbox } from './sandbox.ts';
import type { FromThread, ScriptJob } from './script-job.ts';

const tell = (message: FromThread): void => parentPort!.postMessage(message);
let sandbox: Sandbox;

async function prepare(): Promise<void> {
  sandbox = await openSandbox();
  tell('ready');
}

parentPort!.on('message', async (job: ScriptJob) => {
  const used = sandbox;
  const result = used.run(job);
  tell(result);
  // an engine that met a limit may fail on being taken down: its whole thread is ended instead
  if (result.spent) return;
  used.dispose();
  await prepare();
});

await prepare();
