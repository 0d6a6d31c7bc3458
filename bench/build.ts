import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from '../test/journey/program.ts';
import { type GeneratedTree, generateFamilyTree } from './family-tree.ts';
import { median, type Spent } from './rounds.ts';

const script = fileURLToPath(new URL('./build-script.py', import.meta.url));
const quick = process.argv.includes('--quick');
const rounds = quick ? 1 : 3;
/** Of the short commands in each round. */
const repeats = quick ? 3 : 5;
/** Far above what any of them takes, so that nothing that hangs holds the benchmark up. */
const longest = 300_000;

interface Run extends Spent {
  /** Peak resident memory in MB; null where it is not measured. */
  readonly peak: number | null;
}

interface Measured {
  readonly label: string;
  /** By round. */
  readonly runs: Run[][];
  /** How many times as fast as the script, to be reached. */
  readonly wanted: number | null;
}

interface Row {
  readonly label: string;
  readonly wall: number;
  readonly cpu: number;
  readonly peak: number | null;
  /** The script's time over ours, in the same round; the middle of all rounds. */
  readonly ratio: number | null;
  readonly cpuRatio: number | null;
  readonly wanted: number | null;
}

/** Times whole commands, start of the program included, as somebody at a prompt would. */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  try {
    const generated = generateFamilyTree(join(folder, 'plugins'));
    describe(generated);
    const missing = ['python3', 'tar', 'bzip2'].filter((program) => !isThere(program));
    if (missing.length > 0) process.stdout.write(`The script is left out: ${missing.join(', ')} not found.\n`);
    const rows = measure(folder, missing.length === 0);
    for (const row of rows) process.stdout.write(`${format(row)}\n`);
    const peak = Math.max(...rows.map((row) => row.peak ?? 0));
    process.stdout.write(`peak memory ${peak} MB (to stay below 300)\n`);
    process.stdout.write(`${JSON.stringify({ tree: generated, rounds, repeats, rows, peak })}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe({ families, plugins, files, bytes }: GeneratedTree): void {
  process.stdout.write(`${families} families, ${plugins} plugins, ${files} files, ${(bytes / 1e6).toFixed(1)} MB\n`);
}

/** In rounds, so that a slow moment of the machine meets the script and us. */
function measure(folder: string, withScript: boolean): Row[] {
  const tree = join(folder, 'plugins');
  const built = join(tree, '_build');
  const dev = join(built, 'dev');
  const peer: Run[][] = [];
  const cold: Measured = { label: 'cold: build + package + index', runs: [], wanted: 7 };
  const warm: Measured = { label: 'one file changed', runs: [], wanted: 30 };
  const same: Measured = { label: 'no change', runs: [], wanted: 50 };
  const check: Measured = { label: 'check against the packages', runs: [], wanted: null };
  const fresh: Measured = { label: 'check, nothing remembered', runs: [], wanted: null };
  // compiles what is kept compiled from then on
  run(['build', tree, 'vendor-a']);
  for (let round = 0; round < rounds; round += 1) {
    // put aside rather than deleted: some file systems are slow to create for seconds after many files were deleted
    renameSync(built, join(folder, `aside-${round}`));
    cold.runs.push([run(['build', tree])]);
    if (withScript) peer.push([runScript(tree, join(folder, `script-${round}`))]);
    const repeat = (words: readonly string[], before?: () => void): Run[] =>
      Array.from({ length: repeats }, () => {
        before?.();
        return run(words);
      });
    const change = () => appendFileSync(join(tree, 'vendor-b', '2.1', 'model-5.tpl'), '<!-- changed -->\n');
    warm.runs.push(repeat(['build', tree], change));
    same.runs.push(repeat(['build', tree]));
    check.runs.push(repeat(['check', tree, '--against', dev]));
    rmSync(join(built, '.lockstep'), { recursive: true });
    fresh.runs.push([run(['check', tree, '--against', dev])]);
  }
  const rows = [cold, warm, same, check, fresh].map((measured) => rowOf(measured, peer));
  if (!withScript) return rows;
  // a floor: copying in one process, where rsync would be started for each layer
  const copies = isThere('rsync') ? 'rsync' : 'its own copies (no rsync here)';
  return [rowOf({ label: `script: python3 + ${copies} + tar + bzip2`, runs: peer, wanted: null }, []), ...rows];
}

function rowOf({ label, runs, wanted }: Measured, peer: readonly Run[][]): Row {
  const all = runs.flat();
  const ratio = (part: 'wall' | 'cpu') =>
    peer.length === 0 ? null : median(runs.map((round, index) => middle(peer[index]!, part) / middle(round, part)));
  const peak = Math.max(...all.map((one) => one.peak ?? 0)) || null;
  return {
    label,
    wall: middle(all, 'wall'),
    cpu: middle(all, 'cpu'),
    peak,
    ratio: ratio('wall'),
    cpuRatio: ratio('cpu'),
    wanted,
  };
}

function middle(runs: readonly Run[], part: 'wall' | 'cpu'): number {
  return median(runs.map((one) => one[part]));
}

function run(words: readonly string[]): Run {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-peak-'));
  const file = join(folder, 'peak');
  const probe = `import { writeFileSync } from 'node:fs';
    process.on('exit', () => writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS)));`;
  const imported = `data:text/javascript,${encodeURIComponent(probe)}`;
  const spent = time([process.execPath, '--import', imported, program, ...words]);
  const peak = Math.round(Number(readFileSync(file, 'utf8')) / 1024);
  rmSync(folder, { recursive: true });
  return { ...spent, peak };
}

function runScript(tree: string, out: string): Run {
  return { ...time(['python3', '-B', script, tree, out]), peak: null };
}

/** The shell's `times` counts the processes that a program starts: python3 in our case; rsync, sed, tar, bzip2 in the script's. */
function time(words: readonly string[]): Spent {
  const start = performance.now();
  const outcome = spawnSync('sh', ['-c', '"$@" && times', 'sh', ...words], { encoding: 'utf8', timeout: longest });
  const wall = (performance.now() - start) / 1000;
  if (outcome.status !== 0) throw new Error(`${words.join(' ')}: ${outcome.stderr}${outcome.stdout}`);
  const children = outcome.stdout.trimEnd().split('\n').at(-1) ?? '';
  const parts = Array.from(
    children.matchAll(/(\d+)m([\d.]+)s/g),
    ([, minutes, rest]) => 60 * Number(minutes) + Number(rest),
  );
  return { wall, cpu: parts.reduce((all, part) => all + part, 0) };
}

function format({ label, wall, cpu, peak, ratio, cpuRatio, wanted }: Row): string {
  const times = ratio === null ? '' : `  ${ratio.toFixed(1)} × as fast as the script`;
  const work = cpuRatio === null ? '' : ` (processor: ${cpuRatio.toFixed(1)} ×)`;
  const goal = wanted === null ? '' : ` (to reach: ${wanted} ×)`;
  const memory = peak === null ? '' : `  ${peak} MB`;
  const spent = `${wall.toFixed(3).padStart(8)} s, ${cpu.toFixed(3).padStart(7)} s of the processor`;
  return `${label.padEnd(38)} ${spent}${memory}${times}${work}${goal}`;
}

function isThere(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore', input: '' }).error === undefined;
}

main();
