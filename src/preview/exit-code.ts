import type { Preview } from './preview.ts';

/** 0: nothing to look at; 4: somebody has to look, or not all could be read; 5: something is lost, here or there. */
export function previewExitCode({ totals, applicationProcesses, unread }: Preview): 0 | 4 | 5 {
  const { server, lockstep } = totals;
  if (server.deleted + server.chosenDropped + lockstep.deleted + lockstep.chosenDropped > 0) return 5;
  const open = lockstep.questions + server.notKnown + applicationProcesses.length + unread.length;
  return open > 0 ? 4 : 0;
}
