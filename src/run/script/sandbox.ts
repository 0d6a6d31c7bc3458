import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { getQuickJS, type QuickJSContext } from 'quickjs-emscripten';
import { prelude } from './prelude.ts';
import type { ScriptJob, ScriptResult } from './script-job.ts';

/**
 * Runs one script in an engine of its own: no file, no network, no clock but `Date`, nothing of our process. Called in
 * the sandbox's thread (`script-thread.ts`), since a script may compute until its time is up.
 */
export async function runInSandbox(job: ScriptJob): Promise<ScriptResult> {
  const engine = await getQuickJS();
  const runtime = engine.newRuntime();
  const deadline = Date.now() + job.limits.milliseconds;
  let timedOut = false;
  runtime.setMemoryLimit(job.limits.memoryBytes);
  runtime.setMaxStackSize(256 * 1024);
  runtime.setInterruptHandler(() => {
    timedOut ||= Date.now() > deadline;
    return timedOut;
  });
  const context = runtime.newContext();
  const printer = boundedPrinter(job.limits.printedBytes);
  const lines = lineReader(job.logFile);
  let result: Omit<ScriptResult, 'printed' | 'spent'>;
  try {
    install(context, job, printer.print, lines.next);
    result = evaluate(context, job, () => timedOut);
  } finally {
    lines.close();
  }
  const spent = timedOut || (result.error !== null && /memory/.test(result.error));
  // an engine that met a limit may fail on being taken down: its whole thread is ended instead
  if (!spent) {
    context.dispose();
    runtime.dispose();
  }
  return { ...result, printed: printer.text(), spent };
}

function install(
  context: QuickJSContext,
  job: ScriptJob,
  print: (text: string) => void,
  next: (fromStart: boolean) => string,
): void {
  const functions = {
    hostPrint: context.newFunction('hostPrint', (text) => print(context.getString(text))),
    hostLines: context.newFunction('hostLines', (fromStart) =>
      context.newString(next(context.dump(fromStart) === true).replaceAll('\0', '\ufffd')),
    ),
    hostProperties: context.newString(JSON.stringify(job.properties)),
  };
  for (const [name, handle] of Object.entries(functions))
    handle.consume((value) => context.setProp(context.global, name, value));
  context.unwrapResult(context.evalCode(prelude, 'prelude.js')).dispose();
}

function evaluate(
  context: QuickJSContext,
  job: ScriptJob,
  timedOut: () => boolean,
): Omit<ScriptResult, 'printed' | 'spent'> {
  const nothing = { properties: job.properties, linesOfInterest: [], holds: false };
  const outcome = context.evalCode(job.script, 'script');
  if (outcome.error) {
    if (timedOut())
      return { ...nothing, error: `The script did not end within ${job.limits.milliseconds / 1000} seconds.` };
    const thrown: unknown = outcome.error.consume(context.dump);
    return { ...nothing, error: describe(thrown, job.limits.memoryBytes) };
  }
  const value: unknown = outcome.value.consume((handle) => (job.kind === 'condition' ? context.dump(handle) : null));
  const collected = context.evalCode('hostResult()', 'result');
  if (collected.error) {
    collected.error.dispose();
    return { ...nothing, error: 'The script left its properties in a state that cannot be read.' };
  }
  const { properties, linesOfInterest } = JSON.parse(collected.value.consume((handle) => context.getString(handle)));
  return { error: null, properties, linesOfInterest, holds: value === true || value === 'true' };
}

function describe(thrown: unknown, memoryBytes: number): string {
  if (thrown === null || typeof thrown !== 'object') return `The script threw ${JSON.stringify(thrown)}.`;
  const { name, message, stack } = thrown as { name?: string; message?: string; stack?: string };
  if (/out of memory/i.test(message ?? ''))
    return `The script needs more memory than the ${Math.round(memoryBytes / 1048576)} MB that it may have.`;
  const line = /script:(\d+)/.exec(stack ?? '')?.[1];
  return `The script failed${line ? ` in line ${line}` : ''}: ${name ?? 'Error'}: ${message ?? ''}`;
}

function boundedPrinter(limit: number): { print: (text: string) => void; text: () => string } {
  const pieces: string[] = [];
  let left = limit;
  return {
    print(text) {
      if (left <= 0) return;
      pieces.push(
        text.length > left ? `${text.slice(0, left)}\n[the script printed more than ${limit} characters]\n` : text,
      );
      left -= text.length;
    },
    text: () => pieces.join(''),
  };
}

/** Gives the log in blocks of whole lines, each ended by a line end; '' at the end. Very long lines are cut. */
function lineReader(file: string | null): { next: (fromStart: boolean) => string; close: () => void } {
  const longest = 1 << 20;
  const buffer = Buffer.alloc(1 << 18);
  let handle: number | null = null;
  let decoder = new StringDecoder('utf8');
  let rest = '';
  let position = 0;
  let ended = false;
  const close = (): void => {
    if (handle !== null) closeSync(handle);
    handle = null;
  };
  return {
    close,
    next(fromStart) {
      if (file === null) return '';
      if (fromStart) {
        handle ??= openSync(file, 'r');
        decoder = new StringDecoder('utf8');
        rest = '';
        position = 0;
        ended = false;
      }
      while (!ended) {
        const size = readSync(handle!, buffer, 0, buffer.length, position);
        position += size;
        ended = size === 0;
        const text = rest + (ended ? decoder.end() : decoder.write(buffer.subarray(0, size)));
        if (ended) return text === '' ? '' : `${text.replaceAll('\r\n', '\n')}\n`;
        const cut = text.lastIndexOf('\n') + 1;
        if (cut === 0 && text.length < longest) {
          rest = text;
          continue;
        }
        rest = cut === 0 ? '' : text.slice(cut);
        return (cut === 0 ? `${text}\n` : text.slice(0, cut)).replaceAll('\r\n', '\n');
      }
      return '';
    },
  };
}
