import { flushCompileCache } from 'node:module';
import { applyPlan, openCatalogue, showPlan } from '../../src/catalogue/index.ts';
import { resumePlan } from '../../src/catalogue/testing/resume-plan.ts';
import { openDataFolder } from '../../src/store/index.ts';

// A writer to be killed: applies, or goes on with, the plan of a data folder and says how far it is.
const [folder = '', plan = '', chunkSize = '100'] = process.argv.slice(2);
const data = await openDataFolder(folder, { write: true });
const catalogue = openCatalogue(data.store, { user: 'chaos' });
const input = {
  chunkSize: Number(chunkSize),
  onProgress: ({ done }: { done: number }): void => void process.stdout.write(`${done}\n`),
};
// who is killed keeps nothing of what it compiled; the next one starts faster with it
flushCompileCache();
const { state } = await showPlan(catalogue, plan);
if (state === 'planned') await applyPlan(catalogue, plan, input);
else await resumePlan(catalogue, plan, input);
await data.close();
process.stdout.write('finished\n');
