import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { applyPlan, openCatalogue } from '../src/catalogue/index.ts';
import { openStore } from '../src/store/index.ts';
import { testVault } from '../test/vault.ts';

/** A process of its own that applies a plan once it is sent "go", and ends. */
export async function startApplyWorker(address: string, plan: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(import.meta.url), [address, plan], { execArgv: [] });
  const [word] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (word !== 'ready') throw new Error(`The worker ended with ${word}.`);
  return child;
}

async function work(address: string, plan: string): Promise<void> {
  const store = await openStore(address, { vault: testVault, poolSize: 2 });
  const go = once(process, 'message');
  process.send!('ready');
  await go;
  await applyPlan(openCatalogue(store, { user: `worker ${process.pid}` }), plan);
  await store.close();
  process.disconnect();
}

if (import.meta.main) await work(process.argv[2]!, process.argv[3]!);
