import { spawn } from 'node:child_process';

/** Runs npm and gives what it printed; npm says with its exit code that something was found, so any code is an answer. */
export function npm(parameters: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn('npm', parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => out.push(piece));
  child.stderr.on('data', (piece: Buffer) => err.push(piece));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, out: `${Buffer.concat(out)}`, err: `${Buffer.concat(err)}` }));
  });
}
