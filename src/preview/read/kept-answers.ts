import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { LockstepError } from '../../failure/index.ts';
import type { LiveAnswer } from './live-answer.ts';

/** What a server answered so far, so that a reading that was cut off goes on where it was. */
export interface KeptAnswers {
  /** How many there were when it was opened. */
  readonly found: number;
  get(path: string): LiveAnswer | undefined;
  put(path: string, answer: LiveAnswer): void;
  /**
   * Done: nothing is left to go on with. Otherwise the file stays for the next time; answers whether it is there and whole.
   * Never throws: a report that was made is not lost for what it could have gone on with.
   */
  close(done: boolean): Promise<boolean>;
}

const format = 'lockstep-preview-state/1';

/**
 * Opens a file of answers, one a line: first whose they are, then each as it came. A last line that was cut off is not
 * counted. Only the owner may read it: processes may hold what is nobody else's business. `usage` for another server's.
 */
export async function openKeptAnswers(file: string, server: string): Promise<KeptAnswers> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new LockstepError('file-unreadable', `${file} cannot be read.`, { cause: error });
  });
  const [first = '', ...lines] = text.split('\n');
  const head = readLine(first) as { format?: unknown; server?: unknown } | null;
  if (text !== '' && (head?.format !== format || head.server !== server)) {
    throw new LockstepError('usage', `${file} holds no answers of ${server}.`, {
      hint: 'Name another file with --state, or take this one away.',
    });
  }
  const answers = new Map<string, LiveAnswer>();
  for (const line of lines) {
    const entry = readLine(line) as { path: string; answer: LiveAnswer } | null;
    if (entry) answers.set(entry.path, entry.answer);
  }
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  let failure: Error | null = null;
  stream.on('error', (error) => {
    failure ??= error;
  });
  if (text === '') stream.write(`${JSON.stringify({ format, server })}\n`);
  else if (!text.endsWith('\n')) stream.write('\n');
  return {
    found: answers.size,
    get: (path) => answers.get(path),
    put(path, answer) {
      answers.set(path, answer);
      if (!failure) stream.write(`${JSON.stringify({ path, answer })}\n`);
    },
    async close(done) {
      await new Promise<void>((ended) => {
        if (stream.destroyed) ended();
        else stream.end(() => ended()).once('error', () => ended());
      });
      if (done) await rm(file, { force: true }).catch(() => {});
      return !done && failure === null;
    },
  };
}

function readLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
