import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GeneratedTree, generateFamilyTree } from './family-tree.ts';
import { median, type Spent } from './rounds.ts';

const lockstep = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const script = fileURLToPath(new URL('./build-script.py', import.meta.url));
const quick = process.argv.includes('--quick');
const rounds = quick ? 1 : 3;
/** Of the short commands in each round. */
const repeats = quick ? 2 : 5;

interface Run extends Spent {
  /** Peak resident memory in MB; null where it is not measured. */
  readonly peak: number | null;
}

/** Times whole commands, start of the program included, as somebody at a prompt would. */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  try {
    const tree = join(folder, 'plugins');
    const generated = generateFamilyTree(tree);
    describe(generated);
    const missing = ['python3', 'rsync', 'tar', 'bzip2'].filter((program) => !isThere(program));
    if (missing.length > 0) process.stdout.write(`The script is left out: ${missing.join(', ')} not found.\n`);
    const dev = join(tree, '_build', 'dev');
    const runs: Record<string, Run[]> = { script: [], cold: [], warm: [], same: [], check: [], fresh: [] };
    let change = 0;
    // in rounds, so that a slow moment of the machine meets the script and us
    for (let round = 0; round < rounds; round += 1) {
      rmSync(join(tree, '_build'), { recursive: true, force: true });
      runs['cold']!.push(run(['build', tree]));
      if (missing.length === 0) runs['script']!.push(runScript(tree, join(folder, 'script')));
      for (let repeat = 0; repeat < repeats; repeat += 1) {
        change += 1;
        appendFileSync(join(tree, 'vendor-b', '2.1', 'model-5.tpl'), `<!-- ${change} -->\n`);
        runs['warm']!.push(run(['build', tree]));
        runs['same']!.push(run(['build', tree]));
        runs['check']!.push(run(['check', tree, '--against', dev]));
      }
      rmSync(join(tree, '_build', '.lockstep'), { recursive: true });
      runs['fresh']!.push(run(['check', tree, '--against', dev]));
    }
    const script = runs['script']!.length > 0 ? middle(runs['script']!) : null;
    if (script) print('script: python3 + rsync + tar + bzip2', script, null);
    print('cold: build + package + index', middle(runs['cold']!), script, 7);
    print('one file changed', middle(runs['warm']!), script, 30);
    print('no change', middle(runs['same']!), script, 50);
    print('check against the packages', middle(runs['check']!), script);
    print('check, nothing remembered', middle(runs['fresh']!), script);
    const peak = Math.max(...[...runs['cold']!, ...runs['warm']!, ...runs['same']!].map((one) => one.peak ?? 0));
    process.stdout.write(`peak memory ${peak} MB (to stay below 300)\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe({ families, plugins, files, bytes }: GeneratedTree): void {
  process.stdout.write(`${families} families, ${plugins} plugins, ${files} files, ${(bytes / 1e6).toFixed(1)} MB\n`);
}

function run(words: readonly string[]): Run {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-peak-'));
  const file = join(folder, 'peak');
  const probe = `import { writeFileSync } from 'node:fs';
    process.on('exit', () => writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.resourceUsage())));`;
  const start = performance.now();
  const outcome = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(probe)}`, lockstep, ...words],
    { encoding: 'utf8' },
  );
  const wall = (performance.now() - start) / 1000;
  if (outcome.status !== 0) throw new Error(`lockstep ${words.join(' ')}: ${outcome.stderr}${outcome.stdout}`);
  const used = JSON.parse(readFileSync(file, 'utf8')) as NodeJS.ResourceUsage;
  rmSync(folder, { recursive: true });
  return { wall, cpu: (used.userCPUTime + used.systemCPUTime) / 1e6, peak: Math.round(used.maxRSS / 1024) };
}

function runScript(tree: string, out: string): Run {
  const start = performance.now();
  // `times` of the shell counts rsync, sed, tar and bzip2 too
  const outcome = spawnSync('sh', ['-c', 'python3 -B "$@" && times', 'sh', script, tree, out], { encoding: 'utf8' });
  if (outcome.status !== 0) throw new Error(outcome.stderr);
  const wall = (performance.now() - start) / 1000;
  const children = outcome.stdout.trimEnd().split('\n').at(-1) ?? '';
  const parts = Array.from(
    children.matchAll(/(\d+)m([\d.]+)s/g),
    ([, minutes, rest]) => 60 * Number(minutes) + Number(rest),
  );
  return { wall, cpu: parts.reduce((all, part) => all + part, 0), peak: null };
}

function middle(runs: readonly Run[]): Run {
  const [wall, cpu] = [median(runs.map((one) => one.wall)), median(runs.map((one) => one.cpu))];
  return { wall, cpu, peak: Math.max(...runs.map(({ peak }) => peak ?? 0)) || null };
}

function print(label: string, { wall, cpu, peak }: Run, peer: Run | null, wanted?: number): void {
  const times = peer ? `  ${(peer.wall / wall).toFixed(1)} × as fast as the script` : '';
  const work = peer ? ` (processor: ${(peer.cpu / cpu).toFixed(1)} ×)` : '';
  const goal = wanted ? ` (to reach: ${wanted} ×)` : '';
  const memory = peak === null ? '' : `  ${peak} MB`;
  const spent = `${wall.toFixed(3).padStart(8)} s, ${cpu.toFixed(3).padStart(7)} s of the processor`;
  process.stdout.write(`${label.padEnd(38)} ${spent}${memory}${times}${work}${goal}\n`);
}

function isThere(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore', input: '' }).error === undefined;
}

main();
