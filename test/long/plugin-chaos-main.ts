import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killPluginWorker } from './plugin-chaos.ts';

const kills = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const folder = await mkdtemp(join(tmpdir(), 'lockstep-chaos-'));
const report = await killPluginWorker({ folder, kills, seed });
console.log(JSON.stringify({ seed, ...report }, null, 2));
await rm(folder, { recursive: true, force: true });
process.exitCode = report.faults.length === 0 ? 0 : 1;
