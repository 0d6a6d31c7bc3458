import type { RunDetail, RunStep } from '../../api/types.ts';
import type { Tone } from '../../parts/tone.ts';

const tones: Readonly<Record<string, Tone>> = {
  succeeded: 'well',
  failed: 'bad',
  running: 'active',
  ready: 'active',
  asking: 'ask',
  uncertain: 'care',
  cancelling: 'care',
};

/** What the colour of a run's or step's state says; the word always stands beside it. */
export function runTone(state: RunDetail['state'] | RunStep['state']): Tone {
  return tones[state] ?? 'quiet';
}
