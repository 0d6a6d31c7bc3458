import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What a program printed, without the newline at its end. */
export async function program(file: string, words: readonly string[]): Promise<string> {
  return (await execute(file, words)).stdout.trimEnd();
}
