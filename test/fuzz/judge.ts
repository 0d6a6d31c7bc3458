import { LockstepError } from '../../src/failure/index.ts';
import type { FuzzTarget } from './target.ts';

/** More than this for one input of at most a megabyte is no bound any more. */
const memoryLimit = 1024 * 1024 * 1024;

/** Runs one input; null where the law holds: a value, or an error of ours that is not our own fault, in bounded memory. */
export async function judge(target: FuzzTarget, input: Uint8Array): Promise<string | null> {
  const before = process.memoryUsage.rss();
  try {
    await target.check(input);
  } catch (error) {
    if (!(error instanceof LockstepError)) return `${error instanceof Error ? error.stack : String(error)}`;
    if (error.code === 'internal') return `internal: ${error.message}`;
    if (error.message.trim() === '') return `${error.code} says nothing`;
  }
  const grown = process.memoryUsage.rss() - before;
  return grown > memoryLimit ? `memory grew by ${Math.round(grown / 1024 / 1024)} MB` : null;
}
