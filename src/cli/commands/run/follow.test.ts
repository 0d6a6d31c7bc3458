import { describe, expect, it } from 'vitest';
import type { RunDetail } from '../../../api/runs.ts';
import type { RunEvent } from '../../../run/index.ts';
import type { CommandInput } from '../../command.ts';
import type { Workplace } from '../../with-client.ts';
import { follow, resultOf } from './follow.ts';

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
  const runs = {
    runHistory: async () => answers.shift()!,
    showRun: async () => ({ endedAt: last[1]!.at, state: 'succeeded' }) as RunDetail,
  };
  const place = { client: { runs }, leave: () => {} } as unknown as Workplace;
  const input = { terminal: { note: (text: string) => notes.push(text) }, signal: new AbortController().signal };
  const { run, left } = await follow(place, 'r', input as unknown as CommandInput);
  expect([run.state, left]).toEqual(['succeeded', false]);
  expect(notes).toEqual(['00:00:01 a … on x', '00:00:02 a success', '00:00:03 the run ended: success']);
  expect(answers).toEqual([]);
});

describe('an interrupt, or an end from outside', () => {
  const ended = [event(1, 'run-ended', null, { status: 'success' })];

  async function interrupted(interactive: boolean, wish?: string) {
    const asked: string[] = [];
    const did: string[] = [];
    const answers = [[], wish === undefined || wish === 'leave' ? [] : ended, []];
    const runs = {
      runHistory: async () => answers.shift() ?? [],
      showRun: async () => ({
        id: 'r',
        endedAt: did.includes('cancel') || wish === 'watch' ? 'now' : null,
        state: 'running',
        stepList: [],
      }),
      cancelRun: async () => void did.push('cancel'),
    };
    const place = { client: { runs }, leave: () => void did.push('leave') } as unknown as Workplace;
    const choose = async (question: string) => {
      asked.push(question);
      if (wish === 'interrupt') throw new Error('interrupted');
      return wish;
    };
    const terminal = { interactive, note: () => {}, choose };
    const followed = await follow(place, 'r', { terminal, signal: AbortSignal.abort() } as unknown as CommandInput);
    return { did, asked: asked.length, left: followed.left, exitCode: resultOf(followed).exitCode };
  }

  it('leaves the run alone where nobody is there to ask', async () => {
    expect(await interrupted(false)).toEqual({ did: ['leave'], asked: 0, left: true, exitCode: 130 });
  });

  it.each([
    ['leave', { did: ['leave'], asked: 1, left: true, exitCode: 130 }],
    ['interrupt', { did: ['leave'], asked: 1, left: true, exitCode: 130 }],
    ['cancel', { did: ['cancel'], asked: 1, left: false, exitCode: 1 }],
    ['watch', { did: [], asked: 1, left: false, exitCode: 1 }],
  ])('asks on a terminal: %s', async (wish, expected) => {
    expect(await interrupted(true, wish)).toEqual(expected);
  });
});
