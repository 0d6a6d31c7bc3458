import { writeFileSync } from 'node:fs';
import { processMark, runChild } from './child-process.ts';
import type { LaunchAnswer, LaunchEnd, LaunchJob, LaunchRequest } from './launch-job.ts';
import { openStepLog } from './step-log.ts';

// The process that starts steps for an agent. What it costs to start a program grows with the memory of whoever starts
// it, so nothing large is loaded here. It ends with its agent: then it first ends every step.

const running = new Map<number, AbortController>();
let orphaned = false;

process.on('message', (request: LaunchRequest) => {
  if (request.type === 'cancel') running.get(request.id)?.abort();
  else void launch(request.id, request.job);
});
process.on('disconnect', () => {
  orphaned = true;
  for (const cancel of running.values()) cancel.abort();
  leaveWhenIdle();
});
// the agent decides what these mean for its steps; without it we are disconnected
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

async function launch(id: number, job: LaunchJob): Promise<void> {
  const cancel = new AbortController();
  running.set(id, cancel);
  const answer = await runLogged(job, cancel.signal);
  running.delete(id);
  if (orphaned) leaveWhenIdle();
  else process.send!({ id, ...answer } satisfies LaunchAnswer, () => {});
}

async function runLogged(job: LaunchJob, signal: AbortSignal): Promise<{ end: LaunchEnd; logBytes: number }> {
  try {
    const log = openStepLog(job.logFile, job.secrets, job.logLimits);
    try {
      const end = await runChild({
        ...job,
        signal,
        onOutput: (bytes) => log.write(bytes),
        onStarted: (pid) => writeFileSync(job.processFile, JSON.stringify({ pid, mark: processMark(pid) })),
      });
      return { end, logBytes: log.close() };
    } finally {
      log.close();
    }
  } catch (thrown) {
    return { end: { kind: 'broken', message: String(thrown) }, logBytes: 0 };
  }
}

function leaveWhenIdle(): void {
  if (running.size === 0) process.exit();
}
