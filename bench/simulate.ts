/**
 * A discrete simulation of an installation that no test machine can hold: servers on a channel behind a CDN, agents that
 * pull steps, and an upgrade of very many processes. Every number is a parameter (`--agents=20000`); each result stands
 * beside the arithmetic that a person can check. Rates of the database are assumptions until you give what the other
 * benchmarks measure on your machines.
 */
import { EventQueue, random } from './simulation.ts';

const parameters: Record<string, number> = {
  seed: 1,
  // the channel
  servers: 1_000,
  edges: 20,
  'index-kilobytes': 2_000,
  'ask-minutes': 60,
  'edge-seconds': 60,
  'package-kilobytes': 500,
  'packages-published': 40,
  'take-share': 0.8,
  // the agents
  agents: 10_000,
  'steps-per-second': 100,
  'step-seconds': 12,
  'lease-seconds': 15,
  'claim-wait-seconds': 20,
  'claims-per-second': 200,
  // the upgrade
  processes: 10_000_000,
  'affected-share': 0.05,
  'chunk-size': 500,
  workers: 4,
  'applied-per-second': 3_800,
  'kills-per-hour': 6,
  'recovery-seconds': 10,
};

for (const word of process.argv.slice(2)) {
  const [, name = '', value] = /^--([a-z-]+)=([\d.]+)$/.exec(word) ?? [];
  if (!(name in parameters)) {
    process.stderr.write(`${word} is no parameter. There are: ${Object.keys(parameters).join(', ')}\n`);
    process.exit(2);
  }
  parameters[name] = Number(value);
}
const p = (name: string): number => parameters[name]!;
const rows: { what: string; arithmetic: string; expected: number; simulated: number; unit: string }[] = [];

simulateChannel();
simulateAgents();
simulateUpgrade();
report();

/** A day: every server asks for the index; an edge asks the origin when what it holds is older than allowed. */
function simulateChannel(): void {
  const next = random(p('seed'));
  const day = 86_400;
  const queue = new EventQueue();
  const heldSince = Array.from({ length: p('edges') }, () => -Infinity);
  const packagesAt = Array.from({ length: p('edges') }, () => new Set<number>());
  const publishedAt = Array.from({ length: p('packages-published') }, () => next() * day).sort((a, b) => a - b);
  const count = { asked: 0, origin: 0, changed: 0, packages: 0, packagesOrigin: 0 };
  const interval = p('ask-minutes') * 60;
  for (let server = 0; server < p('servers'); server++) {
    const edge = server % p('edges');
    let seen = 0;
    const ask = (now: number): void => {
      count.asked += 1;
      if (now - heldSince[edge]! > p('edge-seconds')) {
        heldSince[edge] = now;
        count.origin += 1;
      }
      const offered = publishedAt.filter((at) => at <= heldSince[edge]!).length;
      if (offered > seen) count.changed += 1;
      for (let one = seen; one < offered; one++) {
        if (next() >= p('take-share')) continue;
        count.packages += 1;
        if (!packagesAt[edge]!.has(one)) count.packagesOrigin += 1;
        packagesAt[edge]!.add(one);
      }
      seen = offered;
      if (now + interval < day) queue.at(now + interval * (0.9 + 0.2 * next()), ask);
    };
    queue.at(next() * interval, ask);
  }
  queue.run(day);
  const asked = (p('servers') * day) / interval;
  const perEdge = Math.min(day / p('edge-seconds'), asked / p('edges'));
  row('questions for the index', 'servers × day / ask-minutes', asked, count.asked, 'a day');
  // an edge is idle until somebody comes: its mean cycle is its own age plus the wait for the next server
  const cycle = p('edge-seconds') + day / (asked / p('edges'));
  row(
    '… that reach the origin',
    'edges × day / (edge-seconds + mean gap)',
    (p('edges') * day) / cycle,
    count.origin,
    'a day',
  );
  row('… at most', 'edges × day / edge-seconds', p('edges') * perEdge, count.origin, 'a day');
  const taken = p('servers') * p('packages-published') * p('take-share');
  row('packages downloaded', 'servers × packages × take-share', taken, count.packages, 'a day');
  row(
    '… from the origin',
    'edges × packages, each once',
    p('edges') * p('packages-published'),
    count.packagesOrigin,
    'a day',
  );
  const origin = (count.packagesOrigin * p('package-kilobytes') + count.origin * p('index-kilobytes')) / 1e6;
  const worst =
    (p('edges') * p('packages-published') * p('package-kilobytes') +
      ((p('edges') * day) / cycle) * p('index-kilobytes')) /
    1e6;
  row('bytes from the origin, no 304 at all', 'the two lines × their sizes', worst, origin, 'GB a day');
}

/** Ten minutes: steps come at random, an idle agent's waiting question takes each, the database serves one claim at a time. */
function simulateAgents(): void {
  const next = random(p('seed') + 1);
  const span = 600;
  const queue = new EventQueue();
  const exponential = (mean: number): number => -mean * Math.log(1 - next());
  let idle = p('agents');
  let claimFree = 0;
  let waited = 0;
  let longest = 0;
  let started = 0;
  let busySeconds = 0;
  const waiting: number[] = [];
  let head = 0;
  const start = (asked: number, now: number): void => {
    idle -= 1;
    const begun = Math.max(now, claimFree) + 1 / p('claims-per-second');
    claimFree = begun;
    started += 1;
    waited += begun - asked;
    longest = Math.max(longest, begun - asked);
    const lasts = exponential(p('step-seconds'));
    busySeconds += Math.max(0, Math.min(span, begun + lasts) - begun);
    queue.at(begun + lasts, (end) => {
      idle += 1;
      if (head < waiting.length) start(waiting[head++]!, end);
    });
  };
  const arrive = (now: number): void => {
    if (idle > 0) start(now, now);
    else waiting.push(now);
    queue.at(now + exponential(1 / p('steps-per-second')), arrive);
  };
  queue.at(0, arrive);
  queue.run(span);
  const load = p('steps-per-second') * p('step-seconds');
  row('agents at work', 'steps-per-second × step-seconds', Math.min(load, p('agents')), busySeconds / span, 'agents');
  const share = p('steps-per-second') / p('claims-per-second');
  const queueing = (share / (1 - share) / 2 / p('claims-per-second') + 1 / p('claims-per-second')) * 1000;
  row(
    'a step waits for its agent',
    '1/claims × (1 + ρ / 2(1 − ρ)), ρ = steps / claims',
    queueing,
    (waited / started) * 1000,
    'ms',
  );
  row('… the longest', 'no formula', Number.NaN, longest * 1000, 'ms');
  const heartbeats = p('agents') / (p('lease-seconds') / 3);
  const polls = Math.max(0, p('agents') - busySeconds / span) / p('claim-wait-seconds');
  row('heartbeats', 'agents / (lease / 3)', heartbeats, Number.NaN, 'a second');
  row(
    'questions for work that end empty',
    'idle agents / claim-wait',
    Math.max(0, p('agents') - load) / p('claim-wait-seconds'),
    polls,
    'a second',
  );
}

/** Chunks taken by workers that die now and then; a dead worker's chunk is done again when its lease has ended. */
function simulateUpgrade(): void {
  const next = random(p('seed') + 2);
  const queue = new EventQueue();
  const affected = Math.round(p('processes') * p('affected-share'));
  const chunks = Math.ceil(affected / p('chunk-size'));
  // the database is what limits: workers share its rate
  const chunkSeconds = (p('chunk-size') / p('applied-per-second')) * p('workers');
  let left = chunks;
  let done = 0;
  let again = 0;
  let ended = 0;
  const killChance = ((p('kills-per-hour') / 3600) * chunkSeconds) / p('workers');
  const work = (now: number): void => {
    if (left === 0) return;
    left -= 1;
    const lasts = chunkSeconds * (0.7 + 0.6 * next());
    if (next() < killChance) {
      again += 1;
      queue.at(now + lasts * next() + p('recovery-seconds'), (after) => {
        left += 1;
        work(after);
      });
      return;
    }
    queue.at(now + lasts, (after) => {
      done += 1;
      ended = Math.max(ended, after);
      work(after);
    });
  };
  for (let worker = 0; worker < p('workers'); worker++) queue.at(0, work);
  queue.run(Infinity);
  const seconds = affected / p('applied-per-second');
  row(
    'processes that change',
    'processes × affected-share',
    affected,
    Math.min(done * p('chunk-size'), affected),
    'processes',
  );
  row('the upgrade takes', 'affected / applied-per-second', seconds, ended, 's');
  row(
    'chunks done again after a kill',
    'kills-per-hour × hours',
    (p('kills-per-hour') * seconds) / 3600,
    again,
    'chunks',
  );
  row('chunks lost', 'none: a chunk ends in one transaction', 0, chunks - done, 'chunks');
}

function row(what: string, arithmetic: string, expected: number, simulated: number, unit: string): void {
  rows.push({ what, arithmetic, expected, simulated, unit });
}

function report(): void {
  const number = (value: number): string =>
    Number.isNaN(value) ? '–' : value.toLocaleString('en-GB', { maximumFractionDigits: value < 100 ? 2 : 0 });
  const given = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  process.stdout.write(`${given.join(' ')}\n\n| what | arithmetic | expected | simulated | |\n|---|---|---|---|---|\n`);
  for (const { what, arithmetic, expected, simulated, unit } of rows)
    process.stdout.write(`| ${what} | ${arithmetic} | ${number(expected)} | ${number(simulated)} | ${unit} |\n`);
}
