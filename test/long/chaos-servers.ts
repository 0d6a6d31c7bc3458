import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseAddress } from '../copy-database.ts';
import { startPostgres } from '../start-postgres.ts';
import { disasters, prepareUpgrade, type ServersChaosResult, serversChaos } from './servers-chaos.ts';

// `npm run chaos [-- DISASTER…]`: LOCKSTEP_CHAOS_PROCESSES (100000) and LOCKSTEP_CHAOS_EDITORS (200). Under ten
// minutes on two processors that are free; a plan that stands still for ninety seconds ends its part as a fault.
const processes = Number(process.env['LOCKSTEP_CHAOS_PROCESSES'] ?? 100_000);
const editors = Number(process.env['LOCKSTEP_CHAOS_EDITORS'] ?? 200);
const wanted = process.argv.slice(2);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const begin = performance.now();
const folder = await mkdtemp(join(tmpdir(), 'lockstep-chaos-'));
const { cluster, port, stop } = await startPostgres(['-c', 'max_wal_size=4GB']);
const results: ServersChaosResult[] = [];
try {
  say(`filling ${processes} processes`);
  const template = 'chaos_template';
  await cluster.createDatabase(template);
  await prepareUpgrade(databaseAddress(port, template), processes);
  for (const disaster of disasters) {
    if (wanted.length > 0 && !wanted.includes(disaster)) continue;
    const result = await serversChaos({
      ...{ cluster, port, processes, editors, disaster, template, onProgress: say },
      folder: join(folder, disaster.replaceAll(' ', '-')),
    });
    results.push(result);
    for (const fault of result.faults) say(`  ${fault}`);
  }
} finally {
  await stop();
  await rm(folder, { recursive: true, force: true });
}
console.table(
  Object.fromEntries(results.map(({ disaster, faults, ...rest }) => [disaster, { ...rest, faults: faults.length }])),
);
const good =
  results.length > 0 &&
  results.every(({ faults, lost, upgradedTwice, editsLost }) => faults.length + lost + upgradedTwice + editsLost === 0);
console.log(good ? 'every process once, none lost, no edit lost, resumed by itself' : 'FAULTS: see above');
console.log(`${results.length} upgrades in ${((performance.now() - begin) / 60_000).toFixed(1)} minutes`);
process.exitCode = good ? 0 : 1;
