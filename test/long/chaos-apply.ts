import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killApplying } from './kill-applying.ts';

// `npm run chaos:apply [processes] [kills]`: kill -9 at random instants of an apply.
const [processes = '20000', kills = '20'] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'lockstep-chaos-'));
try {
  const { faults, found } = await killApplying({
    folder: join(folder, 'data'),
    processes: Number(processes),
    kills: Number(kills),
    onKill: ({ kill, old, done }) => process.stderr.write(`kill ${kill}: ${old} wholly old, ${done} wholly new\n`),
  });
  console.table(found);
  console.log(faults.length === 0 ? 'nothing lost, nothing twice, resumed and undone' : faults.slice(0, 20).join('\n'));
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
