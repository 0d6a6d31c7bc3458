import { commands } from '../../src/cli/commands/index.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { Line } from './one-process.ts';

// one command line after the other, as `main.js` would run each in a process of its own
process.on('message', ({ words, cwd, env }: Line) => {
  const before = { ...process.env };
  Object.assign(process.env, env);
  process.chdir(cwd);
  const said = { stdout: '', stderr: '' };
  const writers = (['stdout', 'stderr'] as const).map((name) => {
    const write = process[name].write;
    process[name].write = ((text: string | Uint8Array, done?: (error?: Error) => void) => {
      said[name] += String(text);
      done?.();
      return true;
    }) as typeof write;
    return () => {
      process[name].write = write;
    };
  });
  void runProgram(commands, words)
    .then((code) => process.send?.({ code, ...said }))
    .finally(() => {
      for (const giveBack of writers) giveBack();
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    });
});
