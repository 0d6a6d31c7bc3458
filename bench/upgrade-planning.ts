/**
 * Pure planning against its floor. The floor parses the text of every process and prints it again, which is the least
 * that anything which reads and writes processes does. Planning is measured twice:
 *
 * - to a value: every text parsed and planned, and the process plans put together into the one plan. This is what the
 *   pure functions of `src/upgrade` are asked for, and what the target is for.
 * - to a text: every text parsed and planned, and each process's plan printed, as the store keeps it.
 *
 * All three take turns on the same thousand texts, so that a slow moment of the machine meets each of them; ratios are
 * medians over the rounds, of processor time (what else the machine does counts for nothing) and of time on the clock.
 */
import { formatDocument, type ProcessDocument, parseTrustedJson } from '../src/process/index.ts';
import {
  assemblePlan,
  type CompiledUpgrade,
  compileUpgrade,
  type PlannedProcess,
  planProcess,
} from '../src/upgrade/index.ts';
import { fleetPlugin, fleetProcess, fleetVersion } from '../test/fleet.ts';
import { median, medianRatio, type Spent, spend, sum } from './rounds.ts';
import type { BenchmarkRow } from './upgrade-applying.ts';

export interface PlanningOptions {
  /** Affected processes, three uses each (default 20,000). */
  readonly processes?: number;
  readonly rounds?: number;
  readonly onProgress?: (text: string) => void;
}

const turn = 1000;

interface Round {
  readonly floor: Spent;
  readonly value: Spent;
  readonly text: Spent;
  readonly deciding: Spent;
}

export function runPlanningBenchmark(options: PlanningOptions = {}): BenchmarkRow[] {
  const { processes = 20_000, rounds = 9, onProgress = () => {} } = options;
  const texts = Array.from({ length: processes }, (_, number) => formatDocument(fleetProcess(number)));
  const upgrade = compileFleet();
  const measured: Round[] = [];
  for (let number = 0; number <= rounds; number++) {
    const round = takeTurns(upgrade, texts);
    // the first round warms the compiler up
    if (number === 0) continue;
    measured.push(round);
    const { floor, value, text } = round;
    onProgress(
      `round ${number}: floor ${floor.cpu.toFixed(3)} s CPU, to a value ${value.cpu.toFixed(3)}, to a text ${text.cpu.toFixed(3)}`,
    );
  }
  const row = (name: string, part: keyof Round, target?: number): BenchmarkRow => {
    const [ours, floors] = [measured.map((round) => round[part]), measured.map(({ floor }) => floor)];
    const ratio = medianRatio(cpus(ours), cpus(floors));
    const compared = { floor: 'parsing and printing', ratio, wallRatio: medianRatio(walls(ours), walls(floors)) };
    const wanted = target === undefined ? {} : { target: `≤ ${target}`, reached: ratio <= target };
    return { name, value: median(cpus(ours)), unit: 's CPU', ...(part === 'floor' ? {} : compared), ...wanted };
  };
  return [
    row(`parsing and printing ${processes} processes`, 'floor'),
    row(`planning ${processes} processes to a value`, 'value', 1.2),
    row(`planning ${processes} processes to a text`, 'text', 1.6),
    row('deciding alone, on parsed documents', 'deciding'),
  ];
}

function takeTurns(upgrade: CompiledUpgrade, texts: readonly string[]): Round {
  const parts = { floor: [] as Spent[], value: [] as Spent[], text: [] as Spent[], deciding: [] as Spent[] };
  for (let start = 0; start < texts.length; start += turn) {
    const some = texts.slice(start, start + turn);
    parts.floor.push(spend(() => parseAndPrint(some)));
    parts.value.push(spend(() => planToValue(upgrade, some)));
    parts.text.push(spend(() => planToText(upgrade, some)));
    const documents = some.map(parse);
    parts.deciding.push(
      spend(() => documents.map((document, number) => plan(upgrade, number, document, some[number]!))),
    );
  }
  const { floor, value, text, deciding } = parts;
  return { floor: sum(floor), value: sum(value), text: sum(text), deciding: sum(deciding) };
}

function compileFleet(): CompiledUpgrade {
  const versions = ([1, 2, 3] as const).map(fleetVersion);
  return compileUpgrade({
    plugin: { id: fleetPlugin.id, names: [fleetPlugin.name] },
    definitions: new Map(versions.map(({ definition }) => [definition.version, definition])),
    upgradeFile: versions.at(-1)?.upgradeFile ?? null,
    to: 3,
  });
}

function parseAndPrint(texts: readonly string[]): number {
  let length = 0;
  for (const text of texts) length += JSON.stringify(JSON.parse(text)).length;
  return length;
}

function planToValue(upgrade: CompiledUpgrade, texts: readonly string[]): number {
  const planned = texts.map((text, number) => plan(upgrade, number, parse(text), text));
  const head = { upgrade, createdAt: '2030-01-01T00:00:00.000Z', createdBy: 'bench' };
  return assemblePlan(head, planned).processes.length;
}

function planToText(upgrade: CompiledUpgrade, texts: readonly string[]): number {
  let length = 0;
  texts.forEach((text, number) => {
    length += JSON.stringify(plan(upgrade, number, parse(text), text)).length;
  });
  return length;
}

function parse(text: string): ProcessDocument {
  return parseTrustedJson(text) as ProcessDocument;
}

function plan(upgrade: CompiledUpgrade, number: number, document: ProcessDocument, text: string): PlannedProcess {
  const { name } = document;
  const source = { id: String(number), name, kind: 'generic' as const, owner: null, version: 1, document, text };
  const planned = planProcess(upgrade, source);
  if (!planned) throw new Error('every process of this benchmark has uses to plan');
  return planned;
}

function cpus(spent: readonly Spent[]): number[] {
  return spent.map(({ cpu }) => cpu);
}

function walls(spent: readonly Spent[]): number[] {
  return spent.map(({ wall }) => wall);
}
