/**
 * A server that installs, upgrades, edits, reloads, takes back and uninstalls plugins without pause, until it is killed.
 * Arguments: data folder, URL of the old channel, URL of the new channel, seed.
 */
import { writeFile } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { applyPlan, createPlan, listPlans, openCatalogue, undoPlan } from '../../src/catalogue/index.ts';
import { LockstepError } from '../../src/failure/index.ts';
import { Host, registerRelease, type SwitchPlugin, switchInStore } from '../../src/host/index.ts';
import { openDataFolder } from '../../src/store/index.ts';

const [folder, oldChannel, newChannel, seed] = process.argv.slice(2) as [string, string, string, string];
const who = 'chaos';
let state = Number(seed);

function pick<T>(from: readonly T[]): T {
  state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
  return from[(state >> 8) % from.length]!;
}

const data = await openDataFolder(folder, { write: true });
const catalogue = openCatalogue(data.store, { user: who });
const outright = switchInStore(data.store);

/** Plugin and processes as one unit: registered, planned and applied in small chunks, so that kills fall between them. */
const switchPlugin: SwitchPlugin = async (change) => {
  if (change.kind !== 'upgrade' || change.release.number === null) return outright(change);
  const { release, id, force } = change;
  await data.store.transaction((tx) => registerRelease(tx, release, { who, force }));
  const plan = await createPlan(catalogue, { plugin: id, to: release.number! });
  await applyPlan(catalogue, plan.id, { chunkSize: 3 });
  return { state: 'switched' };
};

const host = await Host.open(data);
// who is killed keeps nothing of what it compiled; the next one starts faster with it
flushCompileCache();
process.stdout.write('ready\n');

async function act(): Promise<string> {
  if (pick([true, false, false])) return carry();
  const id = pick(['one-phone', 'two-phone', 'three-phone']);
  const verb = pick(['install', 'upgrade', 'reload', 'uninstall', 'undo', 'install', 'upgrade'] as const);
  if (verb === 'install' || verb === 'upgrade') {
    await host.settings.set('plugin_server', verb === 'install' ? oldChannel : newChannel);
    await host.update().done;
    await host[verb](id, { who, switchPlugin }).done;
  } else if (verb === 'reload') {
    if (!host.plugins.has(id)) return '';
    await writeFile(join(data.plugins, id, 'edited.txt'), `${state}`);
    await host.reload(id, { who }).done;
  } else await host[verb](id, { who }).done;
  return `${verb}\n`;
}

/** Upgrades the plugin that has processes, or takes its last plan back. */
async function carry(): Promise<string> {
  const id = 'step-phone';
  const applied = (await listPlans(catalogue)).find((plan) => plan.state === 'applied');
  if (applied && host.plugins.get(id)?.release.number === 2) {
    await undoPlan(catalogue, applied.id, { chunkSize: 3 });
    await host.follow(id);
    return 'undo with processes\n';
  }
  await host.settings.set('plugin_server', newChannel);
  await host.update().done;
  await host.upgrade(id, { who, switchPlugin }).done;
  return 'upgrade with processes\n';
}

while (true) {
  try {
    process.stdout.write(await act());
  } catch (error) {
    // installing twice, upgrading what is not there: refusals are part of the game
    if (!(error instanceof LockstepError) || error.code === 'internal') throw error;
  }
}
