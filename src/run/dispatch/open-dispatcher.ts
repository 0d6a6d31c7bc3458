import { LockstepError } from '../../failure/index.ts';
import type { AgentPort } from '../agent/agent-port.ts';
import { receiveArtefacts } from '../artefact/received-artefacts.ts';
import { claimSteps } from './claim-steps.ts';
import { completeStep } from './complete-step.ts';
import type { Dispatcher, DispatcherOptions } from './dispatcher.ts';
import { leave, registerAgent } from './register-agent.ts';
import { appendLog, heartbeat, heldStep, releaseStep, startStep } from './report-step.ts';

/**
 * Where agents take steps and bring back results. A step is leased: its fence is raised with every claim, and a report
 * with another fence changes nothing, so a step is completed once, whoever comes back from where.
 */
export function openDispatcher(options: DispatcherOptions): AgentPort {
  const { engine, folder, leaseSeconds, packPlugin } = options;
  const { now } = engine.options;
  const artefacts = receiveArtefacts(folder);
  const dispatcher: Dispatcher = {
    ...options,
    leaseEnd: () => new Date(now().getTime() + leaseSeconds * 1000).toISOString(),
    time: () => now().toISOString(),
  };
  return {
    register: (agent) => registerAgent(dispatcher, agent),
    leave: (agent) => leave(dispatcher, agent),
    claim: (agent, count, waitSeconds, signal, begin = false) =>
      claimSteps(dispatcher, { agent, count, waitSeconds, signal, begin }),
    start: (step) => startStep(dispatcher, step),
    release: (step, reason) => releaseStep(dispatcher, step, reason),
    heartbeat: (agent, held) => heartbeat(dispatcher, agent, held),
    appendLog: (step, offset, bytes) => appendLog(dispatcher, step, offset, bytes),
    async appendArtefact(step, piece) {
      const { run_id } = await heldStep(dispatcher, step);
      return { size: await artefacts.append(run_id, step, piece) };
    },
    complete: (step, result, next) => completeStep(dispatcher, artefacts, step, result, next),
    async fetchPlugin(digest) {
      const bytes = await packPlugin(digest);
      if (bytes) return bytes;
      throw new LockstepError('plugin-not-found', `No plugin with the digest ${digest} is installed.`, {
        hint: 'Install that version again.',
      });
    },
    onCancel(listener) {
      engine.signals.on('cancel', listener);
      return () => engine.signals.off('cancel', listener);
    },
  };
}
