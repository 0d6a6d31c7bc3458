import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../start-postgres.ts';
import { disasters, type ServersChaosResult, serversChaos } from './servers-chaos.ts';

// `npm run chaos`: LOCKSTEP_CHAOS_PROCESSES (100000) and LOCKSTEP_CHAOS_EDITORS (200).
const processes = Number(process.env['LOCKSTEP_CHAOS_PROCESSES'] ?? 100_000);
const editors = Number(process.env['LOCKSTEP_CHAOS_EDITORS'] ?? 200);
const wanted = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'lockstep-chaos-'));
const { cluster, port, stop } = await startPostgres([]);
const results: ServersChaosResult[] = [];
try {
  for (const disaster of disasters) {
    if (wanted.length > 0 && !wanted.includes(disaster)) continue;
    const result = await serversChaos({
      ...{ cluster, port, processes, editors, disaster },
      folder: join(folder, disaster.replaceAll(' ', '-')),
      onProgress: (text) => process.stderr.write(`${text}\n`),
    });
    results.push(result);
    for (const fault of result.faults) process.stderr.write(`  ${fault}\n`);
  }
} finally {
  await stop();
  await rm(folder, { recursive: true, force: true });
}
console.table(
  Object.fromEntries(results.map(({ disaster, faults, ...rest }) => [disaster, { ...rest, faults: faults.length }])),
);
const good = results.every(
  ({ faults, lost, upgradedTwice, editsLost }) => faults.length + lost + upgradedTwice + editsLost === 0,
);
console.log(good ? 'every process once, none lost, no edit lost, resumed by itself' : 'FAULTS: see above');
process.exitCode = good ? 0 : 1;
