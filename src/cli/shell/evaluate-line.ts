import { type Context, createContext, Script } from 'node:vm';
import { LockstepError } from '../../failure/index.ts';
import { isOnItsWay } from './later.ts';

/** Where lines of one shell are run: the names of the shell and what people assign, nothing of Node.js. */
export function shellContext(names: Record<string, unknown>): Context {
  return createContext({ ...names });
}

/** Runs a line, waits for what is on its way, also in what the line assigned, and answers its value. */
export async function evaluateLine(code: string, context: Context): Promise<unknown> {
  const value = await settled(run(code, context));
  for (const [name, assigned] of Object.entries(context)) {
    if (isOnItsWay(assigned)) context[name] = await settled(assigned);
  }
  return value;
}

function run(code: string, context: Context): unknown {
  try {
    return new Script(code, { filename: 'shell' }).runInContext(context, { timeout: 10_000 });
  } catch (thrown) {
    const error = thrown as Error;
    if (error instanceof LockstepError) throw error;
    throw new LockstepError('shell-code', `${error.name}: ${error.message}`, {
      hint: 'help() lists the names that there are.',
      cause: thrown,
    });
  }
}

async function settled(value: unknown): Promise<unknown> {
  if (!isOnItsWay(value)) return value;
  try {
    return await value;
  } catch (thrown) {
    if (thrown instanceof LockstepError) throw thrown;
    const error = thrown as Error;
    throw new LockstepError('shell-code', `${error.name}: ${error.message}`, { cause: thrown });
  }
}

/** Whether a line only ended too early, so that the next one goes on with it. */
export function isIncomplete(code: string): boolean {
  try {
    new Script(code);
    return false;
  } catch (error) {
    return /Unexpected end of input|Unterminated template literal|missing \) after argument list$/.test(
      (error as Error).message,
    );
  }
}
