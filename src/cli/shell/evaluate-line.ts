import { type Context, createContext, Script } from 'node:vm';
import { LockstepError } from '../../failure/index.ts';
import { type CallOrder, callOrder } from './call-order.ts';
import { isOnItsWay } from './later.ts';
import { splitStatements } from './split-statements.ts';

/** Where lines of one shell are run: the names of the shell and what people assign, nothing of Node.js. */
export function shellContext(names: Record<string, unknown>): Context {
  return createContext({ ...names });
}

/**
 * Runs a line statement by statement, each when everything on its way in the one before is there, also in what that one
 * assigned; answers the value of the last one.
 */
export async function evaluateLine(code: string, context: Context): Promise<unknown> {
  let value: unknown;
  for (const statement of splitStatements(code, isStatement)) value = await evaluateStatement(statement, context);
  return value;
}

async function evaluateStatement(code: string, context: Context): Promise<unknown> {
  const order = (context as Ordered)[callOrder];
  let value: unknown;
  try {
    value = run(code, context);
  } catch (thrown) {
    // what it had called before is not left behind for the next line
    await order?.ended().catch(() => {});
    throw thrown;
  }
  await settled(order?.ended());
  for (const [name, assigned] of Object.entries(context)) {
    if (isOnItsWay(assigned)) context[name] = await settled(assigned);
  }
  const there = await settled(value);
  // arrays of another realm
  return Array.isArray(there) && there.some(isOnItsWay) ? settled(Promise.all(there)) : there;
}

interface Ordered {
  readonly [callOrder]?: CallOrder;
}

function run(code: string, context: Context): unknown {
  try {
    return compile(code).runInContext(context, { timeout: 10_000 });
  } catch (thrown) {
    const error = thrown as Error;
    if (error instanceof LockstepError) throw error;
    throw new LockstepError('shell-code', `${error.name}: ${error.message}`, {
      hint: 'help() lists the names that there are.',
      cause: thrown,
    });
  }
}

/** Whoever knows `await` may write it, though nothing needs it. */
function compile(code: string): Script {
  const forms = /\bawait\b/.test(code)
    ? [`(async () => (${code.replace(/;\s*$/, '')}\n))()`, `(async () => {${code}\n})()`, code]
    : [code];
  for (const form of forms.slice(0, -1)) if (compiles(form)) return new Script(form, { filename: 'shell' });
  return new Script(forms.at(-1)!, { filename: 'shell' });
}

function compiles(code: string): boolean {
  try {
    new Script(code);
    return true;
  } catch {
    return false;
  }
}

function isStatement(code: string): boolean {
  try {
    compile(code);
    return true;
  } catch {
    return false;
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
    // where `await` may stand, `void` may too
    new Script(code.replace(/\bawait\b/g, 'void'));
    return false;
  } catch (error) {
    return /Unexpected end of input|Unterminated template literal|missing \) after argument list$/.test(
      (error as Error).message,
    );
  }
}
