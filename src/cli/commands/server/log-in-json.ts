import { hostname } from 'node:os';
import type { Ports } from '../../../ports/index.ts';
import { hideSecrets } from '../../../service/index.ts';

/** As the server's log numbers them. */
const levels = { info: 30, warn: 40, error: 50, fatal: 60 } as const;

/**
 * Makes stderr a log of one JSON object a line, whoever writes to it: the server's own log as it is; what else is written, such as
 * the words of a library or the error with which the command ends, as an error; warnings of Node and what nobody
 * caught under their own levels. Answers how this command itself says something.
 */
export function logInJson({ clock }: Pick<Ports, 'clock'>): (text: string) => void {
  const { stderr } = process;
  const write = stderr.write.bind(stderr);
  const line = (level: keyof typeof levels, text: string, more: object = {}): string => {
    const head = { level: levels[level], time: clock.now().getTime(), pid: process.pid, hostname: hostname() };
    return `${JSON.stringify({ ...head, ...more, msg: hideSecrets(text.trimEnd()) })}\n`;
  };
  let unended = '';
  stderr.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    const written = [encoding, done].find((one) => typeof one === 'function') as (() => void) | undefined;
    const text = unended + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    unended = text.endsWith('\n') ? '' : text;
    if (unended === '') return write(isLogged(text) ? text : line('error', text), written);
    written?.();
    return true;
  }) as typeof stderr.write;
  process.on('exit', () => unended && write(line('error', unended)));
  // Node's own listener writes past the stream
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message, stack, ...more }: Error & { code?: string }) =>
    write(
      line('warn', `${name}: ${message}`, { ...(more.code && { code: more.code }), stack: hideSecrets(stack ?? '') }),
    ),
  );
  process.on('uncaughtException', (error) => {
    write(line('fatal', String((error as Error | undefined)?.stack ?? error)));
    process.exit(1);
  });
  return (text) => void write(line('info', text));
}

function isLogged(text: string): boolean {
  return text
    .trimEnd()
    .split('\n')
    .every((one) => one.startsWith('{"level":') && one.endsWith('}'));
}
