import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soak } from './soak.ts';

// `npm run soak`: five minutes, or LOCKSTEP_SOAK_SECONDS (3600 for the hour) with LOCKSTEP_SOAK_CLIENTS (8).
const folder = await mkdtemp(join(tmpdir(), 'lockstep-soak-'));
try {
  const { coverage, explained, unexplained, faults, ...rest } = await soak({
    folder,
    seconds: Number(process.env['LOCKSTEP_SOAK_SECONDS'] ?? 300),
    clients: Number(process.env['LOCKSTEP_SOAK_CLIENTS'] ?? 8),
    rounds: 3,
    onProgress: (text) => process.stderr.write(`${text}\n`),
  });
  const { asked, leftOut, missing, routes } = coverage;
  console.table(asked);
  console.log(`${routes} routes, ${Object.keys(leftOut).length} left out with a reason, ${missing.length} forgotten`);
  console.log([...new Set(Object.values(leftOut))].join('\n'));
  console.log({ ...rest, explained, unexplained: unexplained.length });
  console.log(faults.length === 0 ? 'flat, and no error that is not explained' : faults.join('\n'));
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
