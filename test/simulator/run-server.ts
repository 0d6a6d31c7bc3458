import { createSecretKey } from 'node:crypto';
import { LockstepError } from '../../src/failure/index.ts';
import { openRuns, type Runs, type Scripts, startAgent } from '../../src/run/index.ts';
import type { Database } from './database.ts';
import type { Program } from './program.ts';
import { plugins, processes } from './run-documents.ts';
import { leaseSeconds, type RunLaws } from './run-laws.ts';
import { simulatedBench } from './simulated-bench.ts';

export interface RunServer {
  readonly program: Program;
  readonly runs: Runs;
}

const runKey = createSecretKey(Buffer.alloc(32, 1));

/** Nothing of this world has a script. */
export const noScripts: Scripts = {
  run: () => Promise.reject(new Error('There are no scripts here.')),
  prepare: () => {},
  close: async () => {},
};

/** A server that keeps runs going, and with `builtIn` does steps itself. */
export function openRunServer(
  program: Program,
  { database, laws, builtIn }: { readonly database: Database; readonly laws: RunLaws; readonly builtIn: boolean },
): RunServer {
  const runs = openRuns({
    ...{ store: database.store(program), dataFolder: '/nowhere', runKey, leaseSeconds },
    ...{ processes, plugins, scripts: noScripts, ports: program },
  });
  program.start(async () => {
    for (;;) {
      await runs.upkeep().catch((error) => {
        if (!(error instanceof LockstepError)) throw error;
      });
      await program.clock.wait(2000);
    }
  });
  if (builtIn)
    program.start(async () => {
      const name = `built-in@${program.name}`;
      const port: typeof runs.dispatcher = {
        ...runs.dispatcher,
        async complete(step, result, next) {
          const more = await runs.dispatcher.complete(step, result, next);
          laws.told(step, result);
          return more;
        },
      };
      const agent = startAgent({
        ...{ port, name, slots: 2, home: '/agent', scripts: noScripts, ports: program },
        pluginFolder: plugins.folder,
        logFile: () => '/log',
        workbench: simulatedBench(program, laws, name),
      });
      // the server outlives its agent; the agent's name is taken while its former life counts as living
      await program.waitFor(agent.ended.catch(() => {}));
    });
  return { program, runs };
}
