/** `upgrade files` over a tree of 10,000 exports in JSON and YAML, as one process: how long to look, to carry over, to look again and to undo. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { writeSamplePlugin } from '../src/cli/commands/files/testing/sample-plugin.ts';
import { treesOfExports } from '../test/arbitraries/tree-of-exports.ts';
import { program } from '../test/journey/program.ts';

const count = Number(process.env['BENCH_FILES'] ?? 10_000);
const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-files-'));
try {
  const { plugin, known } = await writeSamplePlugin(join(folder, 'plugin'));
  const files = fc.sample(treesOfExports, { numRuns: count, seed: 7 }).flat().slice(0, count);
  for (const [index, { name, text }] of files.entries()) {
    const place = join(folder, 'tree', String(index % 100));
    await mkdir(place, { recursive: true });
    await writeFile(join(place, `${index}-${name}`), text);
  }
  const run = (label: string, ...more: string[]): void => {
    const begun = performance.now();
    // it ends with 5: values that somebody chose go
    const {
      stdout: out,
      stderr,
      status,
    } = spawnSync(
      process.execPath,
      [program, 'upgrade', 'files', join(folder, 'tree'), '--plugin', plugin, '--known', ...known, ...more],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    if (status !== 0 && status !== 5) throw new Error(stderr);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    process.stdout.write(`${label.padEnd(12)} ${seconds.padStart(6)} s   ${out.split('\n', 1)[0]}\n`);
  };
  run('look', '--check');
  run('carry over');
  run('again');
  run('undo', '--undo');
} finally {
  await rm(folder, { recursive: true });
}
