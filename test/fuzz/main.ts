import { Campaign } from './campaign.ts';
import { keepSeed } from './seeds.ts';
import { targets } from './targets.ts';

const seconds = Number(process.env['LOCKSTEP_FUZZ_SECONDS'] ?? 300);
const seed = Number(process.env['LOCKSTEP_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const only = process.argv.slice(2);
const chosen = targets.filter(({ name }) => only.length === 0 || only.includes(name));
const milliseconds = (seconds * 1000) / Math.max(1, chosen.length);

process.stderr.write(`${chosen.length} parsers, ${seconds} s, LOCKSTEP_FUZZ_SEED=${seed}\n`);
const campaign = new Campaign();
let faults = 0;
let inputs = 0;
for (const { name } of chosen) {
  const { runs, fault } = await campaign.run({ target: name, milliseconds, seed });
  inputs += runs;
  process.stdout.write(`${name.padEnd(22)} ${String(runs).padStart(8)} inputs  ${fault ? 'BROKEN' : 'holds'}\n`);
  if (!fault) continue;
  faults += 1;
  process.stdout.write(
    `  ${fault.what.split('\n').slice(0, 6).join('\n  ')}\n  kept as ${keepSeed(name, fault.input)}\n`,
  );
}
await campaign.close();
process.stdout.write(`${inputs} inputs, ${faults} of ${chosen.length} parsers broke the law\n`);
process.exitCode = faults === 0 ? 0 : 1;
