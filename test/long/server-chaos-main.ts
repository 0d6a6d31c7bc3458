/** `npm run chaos:server [kills]`: a real server killed 50 times, at random instants, while it changes plugins. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killServer } from './server-chaos.ts';

const folder = await mkdtemp(join(tmpdir(), 'lockstep-server-chaos-'));
const report = await killServer({ folder, kills: Number(process.argv[2] ?? 50) });
console.log(JSON.stringify(report, null, 2));
await rm(folder, { recursive: true, force: true });
process.exitCode = report.faults.length === 0 ? 0 : 1;
