import { channel } from 'node:diagnostics_channel';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { system } from '../../ports/index.ts';
import { agentNames } from '../step/agent-names.ts';
import { executeStep } from '../step/execute-step.ts';
import { openLauncher } from '../step/launcher.ts';
import { allowedEnvironment } from '../step/step-environment.ts';
import { openAgentHome } from './agent-home.ts';
import type { AgentOptions } from './agent-options.ts';
import type { Workbench } from './workbench.ts';

const carrying = channel('lockstep:trace.carry');

/** The machine itself: commands are processes, and files are files. */
export function openWorkbench(
  options: Omit<AgentOptions, 'port' | 'workbench' | 'onEvent'>,
  properties: Readonly<Record<string, string>>,
  trouble: (what: string, error: unknown) => void,
): Workbench {
  const { home, scripts, graceMilliseconds, logLimits } = options;
  const whole = options.environment ?? process.env;
  const environment = allowedEnvironment(whole, options.allow);
  const agent = agentNames({
    properties,
    environment,
    withheld: new Set(Object.keys(whole).filter((name) => !Object.hasOwn(environment, name))),
  });
  const launcher = openLauncher();
  return {
    takeHome: () => openAgentHome(home, (options.ports ?? system).random),
    close: () => launcher.close(),
    place(assignment, pluginHome) {
      const name = `${assignment.id}.${assignment.fence}`;
      const shared = options.logFile?.(assignment);
      const logFile = shared ?? join(home, 'logs', `${name}.log`);
      const stepFolder = join(home, 'steps', name);
      const artefactFolder = shared ? join(dirname(shared), 'artefacts') : join(home, 'artefacts', name);
      let cleared: Promise<void> | undefined;
      return {
        sends: shared ? null : { log: logFile, artefacts: artefactFolder },
        execute: (signal) =>
          executeStep(assignment, {
            pluginHome,
            agentHome: home,
            stepFolder,
            logFile,
            artefactFolder,
            agent,
            environment: { ...environment, ...traceEnvironment() },
            scripts,
            launcher,
            signal,
            ...(graceMilliseconds === undefined ? {} : { graceMilliseconds }),
            ...(logLimits ? { logLimits } : {}),
          }).finally(() => {
            // nobody waits for it but the end of the step
            cleared = rm(stepFolder, { recursive: true, force: true });
            cleared.catch((error) => trouble(`step ${assignment.id}`, error));
          }),
        async clear() {
          if (!shared)
            await Promise.all([logFile, artefactFolder].map((at) => rm(at, { recursive: true, force: true })));
          await cleared;
        },
      };
    },
  };
}

/** For programs that take part in a trace: `TRACEPARENT`, where there is one. */
function traceEnvironment(): Record<string, string> {
  const carrier: { traceparent?: string } = {};
  if (carrying.hasSubscribers) carrying.publish(carrier);
  return carrier.traceparent === undefined ? {} : { TRACEPARENT: carrier.traceparent };
}
