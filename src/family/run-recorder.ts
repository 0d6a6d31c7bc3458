import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LockstepError } from '../failure/index.ts';
import type { RecordedTarget, Recording } from './recording.ts';

const recorder = fileURLToPath(new URL('./recorder.py', import.meta.url));

export interface RecorderRequest {
  readonly families: readonly { readonly name: string; readonly folder: string }[];
  /** The interpreter; any Python 3.8 or later will do. */
  readonly python?: string;
  /** For each target of each family, in seconds. */
  readonly limit?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The folder that every recipe is told to build into. It exists nowhere: nothing that a recipe does can land. */
export const recordedOutput = '/lockstep/output';

/** Runs the build.py of several families in one go and returns what each asked for, by family name. */
export async function runRecorder(request: RecorderRequest): Promise<Map<string, Recording>> {
  const { families, python = 'python3', limit = 5, signal } = request;
  const question = { limit, families: families.map((family) => ({ ...family, output: recordedOutput })) };
  const text = await converse(python, JSON.stringify(question), signal);
  return readAnswer(
    families.map(({ name }) => name),
    text,
  );
}

function converse(python: string, question: string, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-I', '-S', '-B', recorder], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LC_ALL: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(signal ? { signal } : {}),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', (cause) => reject(signal?.aborted ? signal.reason : noPython(python, cause)));
    child.on('close', (status) => {
      if (status === 0) resolve(Buffer.concat(out).toString('utf8'));
      else reject(noPython(python, Buffer.concat(err).toString('utf8').trim().split('\n').at(-1)));
    });
    child.stdin.end(question);
  });
}

function noPython(python: string, cause: unknown): LockstepError {
  const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
  return new LockstepError('python-not-found', `${python} is needed to read build.py and cannot be run: ${why}.`, {
    hint: 'Install Python 3.8 or later, or describe the family in a family.json, which needs none.',
    cause,
  });
}

function readAnswer(names: readonly string[], text: string): Map<string, Recording> {
  const lines = new Map<string, Record<string, unknown>[]>(names.map((name) => [name, []]));
  for (const line of text.split('\n')) {
    const tab = line.indexOf('\t');
    if (tab < 0) continue;
    lines.get(JSON.parse(line.slice(0, tab)) as string)?.push(JSON.parse(line.slice(tab + 1)));
  }
  return new Map([...lines].map(([name, objects]) => [name, assemble(objects)]));
}

function assemble(objects: readonly Record<string, unknown>[]): Recording {
  const all = Object.assign({}, ...objects) as Partial<Recording> & { stopped?: number };
  const outcomes = objects.filter((object) => 'target' in object).map((object) => [String(object['target']), object]);
  const targets: readonly RecordedTarget[] = all.targets ?? [];
  const seconds = all.stopped;
  const ended = 'lists' in all || targets.length > 0;
  const killed = { kind: 'time', message: `had to be stopped after ${seconds} s`, line: 1 } as const;
  const failure = objects.find((object) => 'failure' in object && !('target' in object))?.['failure'];
  return {
    targets,
    outcomes: Object.fromEntries(outcomes),
    failure: (failure as Recording['failure']) ?? (ended ? null : killed),
    reads: all.reads ?? [],
    lists: all.lists ?? [],
  };
}
