import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { AgentOptions } from '../src/run/index.ts';
import { inARow, openWorkshop, type RunWorkshop, shell, shellPluginXml } from '../test/journey/run-workshop.ts';
import { measureClaims } from './claims.ts';

// Overhead of a step over spawning its command directly, runs a second, a thousand runs at once, a log of 100 MB, steps taken.
// Words choose parts: overhead, throughput, thousand, log, claims, gigabyte (only when it is named: it writes 257 MB).
const parts = process.argv.slice(2);
const wanted = (part: string): boolean => parts.length === 0 || parts.includes(part);
const megabytes = (bytes: number): number => Math.round(bytes / 1048576);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
/** Printed as it comes: a long bench that is stopped has said what it found. */
const tell = (name: string, value: number): void => void process.stdout.write(`${name.padEnd(42)} ${value}\n`);

const workshop = await openWorkshop();
await workshop.plugin(1, shellPluginXml(1), {});
const steps = ['one', 'two', 'three'].map((name) => shell(name, ':'));
workshop.process('1', inARow('No-op', steps));
workshop.process(
  '2',
  inARow('Loud', [
    shell('loud', 'yes "a line of a log that is as long as most lines are, more or less" | head -c 100000000'),
  ]),
);
const watched = watchStages(workshop);
const agent = workshop.agent({ slots: 4, ...watched.options });

/** Of this process, and of the one that starts commands for it. */
const memory = (): number => process.memoryUsage().rss + launcherMemory();
let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, memory());
}, 50);

if (wanted('overhead')) {
  const direct: number[] = [];
  const viaRun: number[] = [];
  await timeRun(workshop);
  let used = 0;
  for (let round = 0; round < 40; round++) {
    direct.push(await timeSpawn());
    const before = process.cpuUsage();
    viaRun.push((await timeRun(workshop)) / steps.length);
    const { user, system } = process.cpuUsage(before);
    used += (user + system) / 1000 / steps.length;
  }
  // tells the same on a busy machine
  tell('our own CPU time per step, ms', round(used / viaRun.length));
  tell('direct spawn, median ms', round(median(direct)));
  tell('step, median ms', round(median(viaRun)));
  tell('overhead per step, median ms', round(median(viaRun) - median(direct)));
  // the differences of the same moments, less moved by what else the machine does
  tell('overhead per step, median of pairs, ms', round(median(viaRun.map((run, at) => run - direct[at]!))));
  for (const [stage, times] of Object.entries(watched.stages)) tell(`  ${stage}, median ms`, round(median(times)));
}
if (wanted('throughput')) tell('runs of three steps a second, 4 slots', round(200 / (await timeMany(200))));
if (wanted('thousand')) {
  await timeMany(20);
  const before = memory();
  peak = 0;
  const seconds = await timeMany(1000);
  tell('a thousand runs at once, s', round(seconds));
  tell('memory before, MB', megabytes(before));
  tell('memory at most, MB', megabytes(peak));
}
if (wanted('log')) {
  const before = memory();
  peak = 0;
  const start = performance.now();
  const { id } = await workshop.runs.request({ processId: '2', by: 'bench' });
  const run = await workshop.until(id);
  tell('log of 100 MB, s', round((performance.now() - start) / 1000));
  tell('log, MB', megabytes(run.stepList[0]!.logBytes));
  tell('memory more while logging, MB', megabytes(peak - before));
  if (run.state !== 'succeeded') throw new Error(run.reason ?? run.state);
}
if (parts.includes('gigabyte')) {
  const before = memory();
  peak = 0;
  workshop.process('3', inARow('Endless', [shell('endless', 'yes "and again and again" | head -c 1073741824')]));
  const { id } = await workshop.runs.request({ processId: '3', by: 'bench' });
  const run = await ofEnd(id);
  tell('of a gigabyte kept, MB', megabytes(run.stepList[0]!.logBytes));
  tell('memory more while it is printed, MB', megabytes(peak - before));
  if (run.state !== 'succeeded' || run.stepList[0]!.logBytes > 258 * 1048576) throw new Error(run.reason ?? run.state);
}
clearInterval(watch);
await agent.stop();
await workshop.close();
if (wanted('claims')) await measureClaims((name, value) => tell(name, round(value)));

/** Where the time of a step goes, as seen from its agent: every stage ends where the next one begins. */
function watchStages({ runs, scripts }: RunWorkshop) {
  const stages: Record<string, number[]> = {};
  let last = 0;
  const mark = (stage: string): void => {
    const now = performance.now();
    stages[stage] ??= [];
    if (last > 0) stages[stage].push(now - last);
    last = now;
  };
  const { dispatcher } = runs;
  const options: Partial<AgentOptions> = {
    onEvent: ({ type }) => {
      if (type === 'step-started' && last === 0) last = performance.now();
    },
    scripts: {
      ...scripts,
      async run(job) {
        mark('command: files, start, end');
        const result = await scripts.run(job);
        mark('post-processing script');
        return result;
      },
    },
    port: {
      ...dispatcher,
      async complete(step, result, next) {
        mark('outcome');
        const taken = await dispatcher.complete(step, result, next);
        mark('end kept, next step begun');
        // the first step of a run follows its request, not a step
        if (taken.length === 0) last = 0;
        return taken;
      },
    },
  };
  return { stages, options };
}

function launcherMemory(): number {
  const { pid } = process;
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    const launcher = children.find((child) =>
      readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('launcher-process'),
    );
    if (launcher === undefined) return 0;
    return Number(readFileSync(`/proc/${launcher}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}

function timeSpawn(): Promise<number> {
  const start = performance.now();
  return new Promise((done) => {
    spawn('/bin/sh', ['-c', ':'], { stdio: ['ignore', 'pipe', 'pipe'] }).on('close', () =>
      done(performance.now() - start),
    );
  });
}

async function timeRun({ runs }: RunWorkshop): Promise<number> {
  const start = performance.now();
  const { id } = await runs.request({ processId: '1', by: 'bench' });
  await ended(id);
  return performance.now() - start;
}

async function ofEnd(id: string): ReturnType<RunWorkshop['until']> {
  await ended(id);
  return workshop.runs.show(id);
}

async function ended(id: string): Promise<void> {
  for (;;) {
    const change = workshop.runs.nextChange(id, 1000);
    if ((await workshop.runs.summary(id)).endedAt !== null) return;
    await change;
  }
}

async function timeMany(count: number): Promise<number> {
  const start = performance.now();
  for (let number = 0; number < count; number++) await workshop.runs.request({ processId: '1', by: 'bench' });
  for (;;) {
    const { total } = await workshop.runs.list({ state: 'running', limit: 1 });
    if (total === 0) return (performance.now() - start) / 1000;
    await new Promise((later) => setTimeout(later, 100));
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
