import { closeSync, openSync, readSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { newQuickJSWASMModuleFromVariant, type QuickJSContext, type QuickJSWASMModule } from 'quickjs-emscripten-core';
import { prelude } from './prelude.ts';
import type { ScriptJob, ScriptResult } from './script-job.ts';

/** An engine that no script has seen yet, ready for one. */
export interface Sandbox {
  /** Runs the one script; `dispose` afterwards, unless the result is `spent`. */
  run(job: ScriptJob): ScriptResult;
  dispose(): void;
}

let loaded: Promise<QuickJSWASMModule> | undefined;

/**
 * Makes an engine for one script: no file, no network, no clock but `Date`, nothing of our process. Made ahead, since
 * that takes longer than most scripts, and in the sandbox's thread (`script-thread.ts`), since a script may compute
 * until its time is up.
 */
export async function openSandbox(): Promise<Sandbox> {
  loaded ??= newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-wasmfile-release-sync'));
  const engine = await loaded;
  const runtime = engine.newRuntime();
  runtime.setMaxStackSize(256 * 1024);
  const context = runtime.newContext();
  const host: Host = { print: () => {}, lines: () => '' };
  install(context, host);
  return {
    run(job) {
      const deadline = Date.now() + job.limits.milliseconds;
      let timedOut = false;
      runtime.setMemoryLimit(job.limits.memoryBytes);
      runtime.setInterruptHandler(() => {
        timedOut ||= Date.now() > deadline;
        return timedOut;
      });
      const printer = boundedPrinter(job.limits.printedBytes);
      const lines = lineReader(job.logFile);
      host.print = printer.print;
      host.lines = lines.next;
      try {
        const result = evaluate(context, job, () => timedOut);
        const spent = timedOut || (result.error !== null && /memory/.test(result.error));
        return { ...result, printed: printer.text(), spent };
      } finally {
        lines.close();
      }
    },
    dispose() {
      context.dispose();
      runtime.dispose();
    },
  };
}

interface Host {
  print: (text: string) => void;
  lines: (fromStart: boolean) => string;
}

function install(context: QuickJSContext, host: Host): void {
  const functions = {
    hostPrint: context.newFunction('hostPrint', (text) => host.print(context.getString(text))),
    hostLines: context.newFunction('hostLines', (fromStart) =>
      context.newString(host.lines(context.dump(fromStart) === true).replaceAll('\0', '\ufffd')),
    ),
  };
  for (const [name, handle] of Object.entries(functions))
    handle.consume((value) => context.setProp(context.global, name, value));
  context.unwrapResult(context.evalCode(prelude, 'prelude.js')).dispose();
}

function giveProperties(context: QuickJSContext, { properties }: ScriptJob): void {
  const start = context.getProp(context.global, 'hostStart');
  const json = context.newString(JSON.stringify({ properties, machine: thisMachine() }));
  context.unwrapResult(context.callFunction(start, context.undefined, json)).dispose();
  json.dispose();
  start.dispose();
}

function evaluate(
  context: QuickJSContext,
  job: ScriptJob,
  timedOut: () => boolean,
): Omit<ScriptResult, 'printed' | 'spent'> {
  const nothing = { properties: job.properties, linesOfInterest: [], holds: false };
  giveProperties(context, job);
  const outcome = context.evalCode(job.script, 'script');
  if (outcome.error) {
    if (timedOut()) return { ...nothing, error: tooLong(job) };
    const thrown: unknown = outcome.error.consume(context.dump);
    return { ...nothing, error: describe(thrown, job.limits.memoryBytes) };
  }
  const value: unknown = outcome.value.consume((handle) => (job.kind === 'condition' ? context.dump(handle) : null));
  const collected = context.evalCode('hostResult()', 'result');
  if (collected.error) {
    if (timedOut()) {
      collected.error.dispose();
      return { ...nothing, error: tooLong(job) };
    }
    const thrown: unknown = collected.error.consume(context.dump);
    return { ...nothing, error: describe(thrown, job.limits.memoryBytes) };
  }
  const { properties, linesOfInterest } = JSON.parse(collected.value.consume((handle) => context.getString(handle)));
  return { error: null, properties, linesOfInterest, holds: value === true || value === 'true' };
}

function tooLong({ limits }: ScriptJob): string {
  return `The script did not end within ${limits.milliseconds / 1000} seconds.`;
}

/** What `InetAddress.getLocalHost()` answers: the first address that others could use, else the machine's own. */
function thisMachine(): { readonly name: string; readonly address: string } {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const reached = all.find(({ internal, family }) => !internal && family === 'IPv4');
  return { name: hostname(), address: reached?.address ?? '127.0.0.1' };
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

// one for the thread, which runs one script at a time: a fresh one for each would be most of what a script leaves behind
const buffer = Buffer.alloc(1 << 18);

/** Gives the log in blocks of whole lines, each ended by a line end; '' at the end. Very long lines are cut. */
function lineReader(file: string | null): { next: (fromStart: boolean) => string; close: () => void } {
  const longest = 1 << 20;
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
