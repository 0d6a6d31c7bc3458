import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LockstepError } from '../../failure/index.ts';
import { withoutNetwork } from '../../python/index.ts';
import { type RecordedTarget, type Recording, recordedOutput } from './recording.ts';

const recorder = fileURLToPath(new URL('./recorder.py', import.meta.url));

export interface RecorderRequest {
  readonly families: readonly { readonly name: string; readonly folder: string }[];
  /** The interpreter; any Python 3.8 or later will do. */
  readonly python?: string;
  /** For each target of each family, in seconds. */
  readonly limit?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onRecorded: (name: string, recording: Recording) => void;
}

/** Runs the build.py of several families in one go, one after the other, and tells what each asked for as soon as it has. */
export async function runRecorder(request: RecorderRequest): Promise<void> {
  const { families, python = 'python3', limit = 5, signal, onRecorded } = request;
  const question = { limit, families: families.map((family) => ({ ...family, output: recordedOutput })) };
  const answers = new RecorderAnswers(
    families.map(({ name }) => name),
    onRecorded,
  );
  await converse(python, JSON.stringify(question), signal, (text) => answers.read(text));
  answers.end();
}

function converse(
  python: string,
  question: string,
  signal: AbortSignal | undefined,
  onText: (text: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { program, words } = withoutNetwork(python, ['-I', '-S', '-B', recorder]);
    const child = spawn(program, words, {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LC_ALL: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(signal ? { signal } : {}),
    });
    const err: Buffer[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      try {
        onText(text);
      } catch (error) {
        child.kill('SIGKILL');
        reject(error);
      }
    });
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', (cause) => reject(signal?.aborted ? signal.reason : noPython(python, cause)));
    child.on('close', (status) => {
      if (status === 0) resolve();
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

/** Puts the recorder's lines together by family: it answers for one after the other, each at once. */
class RecorderAnswers {
  readonly #onRecorded: RecorderRequest['onRecorded'];
  readonly #waiting: string[];
  #objects: Record<string, unknown>[] = [];
  #rest = '';

  constructor(names: readonly string[], onRecorded: RecorderRequest['onRecorded']) {
    this.#waiting = [...names];
    this.#onRecorded = onRecorded;
  }

  read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) {
      const tab = line.indexOf('\t');
      if (tab < 0) continue;
      const name = JSON.parse(line.slice(0, tab)) as string;
      while (this.#waiting.length > 0 && this.#waiting[0] !== name) this.#finish();
      this.#objects.push(JSON.parse(line.slice(tab + 1)));
    }
  }

  end(): void {
    while (this.#waiting.length > 0) this.#finish();
  }

  #finish(): void {
    const objects = this.#objects;
    this.#objects = [];
    this.#onRecorded(this.#waiting.shift()!, assemble(objects));
  }
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
