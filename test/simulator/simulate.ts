import { ChannelScene } from './channels.ts';
import { World } from './world.ts';

export interface Outcome {
  readonly seed: number;
  /** What is wrong, or null. */
  readonly violation: string | null;
  readonly steps: number;
  readonly digest: string;
  readonly trace: readonly string[];
  readonly choices: readonly number[];
}

interface Scene {
  begin(): void;
  readonly isDone: boolean;
  finish(): Promise<void>;
}

/** For how long faults happen, in virtual milliseconds; after that everything must come to its end. */
const stormy = 300_000;

/** One world from one seed (or from choices, as a former one took them), from its beginning to its end. */
export async function simulate(seed: number, given: readonly number[] | null = null): Promise<Outcome> {
  const world = new World(seed, given);
  const scenes: Scene[] = [new ChannelScene(world)];
  world.stir();
  for (const scene of scenes) scene.begin();
  const isDone = (): boolean => scenes.every((scene) => scene.isDone);
  let ended = await world.run(isDone, { until: stormy, most: 10_000 });
  world.clear();
  ended ||= await world.run(isDone, { most: 20_000 });
  if (!ended && !world.violation) world.fail('the faults are over, and it does not come to its end');
  for (const scene of scenes) if (!world.violation) await scene.finish();
  for (const program of [...world.programs]) program.leave();
  return {
    seed,
    violation: world.violation?.message ?? null,
    steps: world.steps,
    digest: world.digest(),
    trace: world.trace,
    choices: world.choices.taken,
  };
}
