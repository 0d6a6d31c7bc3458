import { expect, it } from 'vitest';
import type { RunDetail, RunEvent } from '../../../run/index.ts';
import type { CommandInput } from '../../command.ts';
import type { RunAccess } from './access.ts';
import { follow } from './follow.ts';

const event = (seq: number, type: string, activity: string | null, detail: Record<string, unknown> = {}): RunEvent => ({
  seq,
  at: `2026-01-01T00:00:0${seq}.000Z`,
  type,
  activity,
  detail,
});

it('what happened between the last look at the history and the end of the run is told too', async () => {
  const started = event(1, 'step-started', 'a', { agent: 'x' });
  const last = [
    event(2, 'activity-ended', 'a', { outcome: 'success' }),
    event(3, 'run-ended', null, { status: 'success' }),
  ];
  // nothing new while it waited, then the run ends, then the whole story
  const answers = [[started], [], last, []];
  const notes: string[] = [];
  const access = {
    history: async () => answers.shift()!,
    show: async () => ({ endedAt: last[1]!.at, state: 'succeeded' }) as RunDetail,
  } as unknown as RunAccess;
  const input = { terminal: { note: (text: string) => notes.push(text) }, signal: new AbortController().signal };
  const run = await follow(access, 'r', input as unknown as CommandInput);
  expect(run.state).toBe('succeeded');
  expect(notes).toEqual(['00:00:01 a … on x', '00:00:02 a success', '00:00:03 the run ended: success']);
  expect(answers).toEqual([]);
});
