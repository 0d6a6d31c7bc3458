import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import colours from 'picocolors';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const demoFolder = join(root, '.demo');
export const mainFile = join(root, 'src/cli/main.js');
export const examples = join(root, 'examples');

export function title(text: string): void {
  process.stdout.write(`\n${colours.bold(text)}\n${'─'.repeat(text.length)}\n`);
}

export function say(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

export function step(what: string, why: string): void {
  process.stdout.write(`  ${colours.cyan(what)}  ${why}\n`);
}

/**
 * Types one command line in the demo's folder and shows what it prints. An exit code other than `expected` ends the demo.
 * Words in quotes stay together; `examples/` stands for the project's examples.
 */
export async function typed(
  line: string,
  { expected = 0, env = {} }: { readonly expected?: number; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  await mkdir(demoFolder, { recursive: true });
  process.stdout.write(`\n${colours.green('$')} ${colours.bold(line)}\n`);
  const [, ...words] = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const child = spawn(
    process.execPath,
    [mainFile, ...words.map((word) => word.replace(/^examples\//, `${examples}/`))],
    {
      cwd: demoFolder,
      env: { ...process.env, LOCKSTEP_USER: process.env['LOCKSTEP_USER'] ?? 'demo', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      output += piece.toString();
      process.stdout.write(piece);
    });
  }
  const code = await new Promise<number | null>((done) => child.on('close', done));
  if (code !== expected) throw new Error(`"${line}" ended with ${code}, not ${expected}`);
  return output;
}
