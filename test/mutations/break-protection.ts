import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Mutation } from './mutation.ts';

export interface Scratch {
  readonly folder: string;
  remove(): void;
}

/** A copy of the sources, beside the same modules, in which things may be broken. */
export function scratchCopy(root: string, files: readonly string[]): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-mutate-'));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file), { verbatimSymlinks: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** The file's text with the protection broken; throws where the text to replace stands there no more, or not only once. */
export function brokenText(root: string, { file, find, replace, what }: Mutation): string {
  const text = readFileSync(join(root, file), 'utf8');
  const pieces = text.split(find);
  if (pieces.length !== 2) {
    throw new Error(`"${what}": its text stands ${pieces.length - 1} times in ${file}, not once: ${find}`);
  }
  return pieces.join(replace);
}

/**
 * `found`: a test failed, by what it expects. `survived`: all passed. `unclear`: nothing ran, so that nothing is
 * known. The words are what a person should see of it.
 */
export type Verdict = { readonly outcome: 'found' | 'survived' | 'unclear'; readonly words: string };

/** Breaks one protection, runs its narrow test, and puts it back. */
export async function tryMutation({ folder }: Scratch, mutation: Mutation): Promise<Verdict> {
  const place = join(folder, mutation.file);
  const whole = readFileSync(place, 'utf8');
  writeFileSync(place, brokenText(folder, mutation));
  try {
    return verdictOf(await runTests(folder, [mutation]));
  } finally {
    writeFileSync(place, whole);
  }
}

export interface TestRun {
  readonly passed: number;
  readonly failed: number;
  readonly words: string;
}

function verdictOf({ passed, failed, words }: TestRun): Verdict {
  if (failed > 0) return { outcome: 'found', words };
  return passed > 0 ? { outcome: 'survived', words: `${passed} passed` } : { outcome: 'unclear', words };
}

/** Runs the tests of mutations, each file's by their titles. */
export async function runTests(folder: string, wanted: readonly Mutation[]): Promise<TestRun> {
  const report = join(folder, 'mutate-report.json');
  rmSync(report, { force: true });
  const files = [...new Set(wanted.map(({ test }) => test[0]))];
  const titles = wanted.map(({ test }) => test[1]);
  const pattern = titles.every((title) => title !== '') ? titles.map(escaped).join('|') : null;
  const args = [
    join(folder, 'node_modules/vitest/vitest.mjs'),
    ...['run', '--project', 'unit', '--project', 'journeys', '--maxWorkers=1', '--passWithNoTests'],
    ...['--reporter=json', `--outputFile=${report}`, '--testTimeout=60000', '--hookTimeout=60000'],
    ...(pattern === null ? [] : ['-t', pattern]),
    ...files,
  ];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => said.push(piece));
  await once(child, 'close');
  return readReport(report, Buffer.concat(said).toString());
}

interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly title: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

function readReport(file: string, said: string): TestRun {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, words: said.trim().split('\n').slice(-5).join(' ') };
  }
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.filter(({ status }) => status === 'failed');
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const first = failed[0];
  const hook = report.testResults.find(({ status, message }) => status === 'failed' && message)?.message;
  const words = first
    ? `${first.title}: ${(first.failureMessages?.[0] ?? '').split('\n', 1)[0]}`
    : (hook ?? 'no test ran');
  return { passed, failed: failed.length, words: words.slice(0, 200) };
}

function escaped(title: string): string {
  return title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
