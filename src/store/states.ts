/** What a plan is. `planning`: its processes are still being looked at; `paused`: partly applied, until somebody continues. */
export const planStates = ['planning', 'planned', 'applying', 'paused', 'applied', 'undoing', 'undone'] as const;
export type PlanState = (typeof planStates)[number];

/**
 * What a process of a plan is. `pending`: to do; `open`: edited since, and it asks something new; `skipped`: nothing is
 * left to change; `conflict`: its undo asks something.
 */
export const planProcessStates = ['pending', 'open', 'applied', 'skipped', 'undone', 'conflict'] as const;
export type PlanProcessState = (typeof planProcessStates)[number];

/** What a run is. `waiting`: for a person. */
export const runStates = ['waiting', 'running', 'succeeded', 'failed', 'cancelling', 'cancelled'] as const;
export type RunViewState = (typeof runStates)[number];

/** What a step of a run is. `ready`: for an agent; `asking`: a person; `uncertain`: nobody knows whether it was done. */
export const stepStates = [
  'waiting',
  'ready',
  'running',
  'asking',
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
  'uncertain',
] as const;
export type StepViewState = (typeof stepStates)[number];

/** What an agent is, from the server's side. `stopped`: it has ended in order; `lost`: it has fallen silent. */
export const agentStates = ['online', 'draining', 'stopped', 'lost'] as const;
export type AgentState = (typeof agentStates)[number];
