import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { withoutNetwork } from './without-network.ts';

/** Why a source cannot be read. */
export interface SyntaxFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** Python 2 read it. */
  readonly isOld: boolean;
}

const checker = fileURLToPath(new URL('./syntax-checker.py', import.meta.url));

/** Has Python read sources, without running any of them: the fault of each that it cannot read; null where no Python is. */
export async function checkSyntax(
  sources: ReadonlyMap<string, Uint8Array>,
  { python = 'python3', signal }: { readonly python?: string; readonly signal?: AbortSignal } = {},
): Promise<ReadonlyMap<string, SyntaxFault> | null> {
  if (sources.size === 0) return new Map();
  const question = [...sources].map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')]);
  const { program, words } = withoutNetwork(python, ['-I', '-S', '-B', checker]);
  const answer = await new Promise<string | null>((resolve, reject) => {
    const child = spawn(program, words, {
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'ignore'],
      ...(signal ? { signal } : {}),
    });
    const out: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => out.push(piece));
    child.stdin.on('error', () => undefined);
    child.on('error', () => (signal?.aborted ? reject(signal.reason) : resolve(null)));
    child.on('close', () => resolve(Buffer.concat(out).toString('utf8')));
    child.stdin.end(JSON.stringify(question));
  });
  const said = (answer ?? '').split('\n').filter((line) => line !== '');
  // cut short: nobody knows of the rest
  if (!said.at(-1)?.startsWith('{"read"')) return null;
  return new Map(
    said.slice(0, -1).map((line): [string, SyntaxFault] => {
      const { key, text, ...fault } = JSON.parse(line) as Omit<SyntaxFault, 'isOld'> & { key: string; text: string };
      return [key, { ...fault, isOld: isPython2(fault.message, text) }];
    }),
  );
}

/** What Python 2 allowed: statements without parentheses, two operators, other literals. */
function isPython2(message: string, text: string): boolean {
  if (/call to '(print|exec)'|multiple exception types|leading zeros in decimal|inconsistent use of tabs/.test(message))
    return true;
  return [
    /^\s*(print|exec)\s+[^=(\s]/,
    /^\s*print\s*>>/,
    /^\s*raise\s+[\w.]+\s*,/,
    /^\s*except\s+[\w.]+\s*,\s*\w+\s*:/,
    /\b[uU][rR]['"]/,
    /<>/,
    /`[^`]+`/,
    /\b\d+[lL]\b/,
    /\b0\d+\b/,
    /\blambda\s*\(/,
    /^\s*def\s+\w+\s*\([^)]*\(\s*\w+\s*,/,
  ].some((form) => form.test(text));
}
