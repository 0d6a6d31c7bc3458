import { arch, cpus, platform } from 'node:os';
import { parseArgs } from 'node:util';
import { type BenchmarkRow, runApplyingBenchmark } from './upgrade-applying.ts';
import { runPlanningBenchmark } from './upgrade-planning.ts';

/** `npm run bench:upgrade [-- --part planning|applying] [--quick]`: a table on stderr, JSON on stdout. */
const { values: flags } = parseArgs({ options: { part: { type: 'string' }, quick: { type: 'boolean' } } });
const say = (text: string) => process.stderr.write(`  ${text}\n`);

const rows: BenchmarkRow[] = [];
if (flags.part !== 'applying') {
  process.stderr.write('pure planning\n');
  rows.push(...runPlanningBenchmark({ onProgress: say, ...(flags.quick && { processes: 4000, rounds: 3 }) }));
}
if (flags.part !== 'planning') {
  process.stderr.write('applying, and planning in the database\n');
  const quick = flags.quick && { affected: 2000, sizes: [1000, 10_000], rounds: 1 };
  rows.push(...(await runApplyingBenchmark({ onProgress: say, ...quick })));
}

process.stderr.write(`\n${table(rows)}\n`);
const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${platform()} ${arch()}, Node.js ${process.version}`;
process.stdout.write(`${JSON.stringify({ machine, rows }, null, 2)}\n`);

function table(lines: readonly BenchmarkRow[]): string {
  const cells = lines.map(({ name, value, unit, ratio, wallRatio, cpuRatio, floor, target, reached }) => [
    name,
    `${value.toPrecision(4)} ${unit}`,
    ratio === undefined
      ? ''
      : `${ratio.toFixed(2)} × ${floor}${aside('by the clock', wallRatio)}${aside('of the processor', cpuRatio)}`,
    target === undefined ? '' : `${target} ${reached ? 'reached' : 'MISSED'}`,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function aside(what: string, ratio: number | undefined): string {
  return ratio === undefined ? '' : ` (${what} ${ratio.toFixed(2)} ×)`;
}
