import { ChannelScene } from './channels.ts';
import { HearingScene } from './hearing.ts';
import { RunScene } from './running.ts';
import { UpgradeScene } from './upgrading.ts';
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
  begin(): void | Promise<void>;
  readonly isDone: boolean;
  finish(): Promise<void>;
}

/** For how long faults happen, in virtual milliseconds; after that everything must come to its end. */
const stormy = 300_000;
const scenes: readonly ((world: World) => Scene)[] = [
  (world) => new UpgradeScene(world),
  (world) => new ChannelScene(world),
  (world) => new RunScene(world),
  (world) => new HearingScene(world),
];

/** Seeds take turns in them. */
export const sceneCount = scenes.length;

/** One world from one seed (or from choices, as a former one took them), from its beginning to its end. */
export async function simulate(seed: number, given: readonly number[] | null = null): Promise<Outcome> {
  const world = new World(seed, given);
  const scene = scenes[seed % scenes.length]!(world);
  await scene.begin();
  world.stir();
  const isDone = (): boolean => scene.isDone;
  let ended = await world.run(isDone, { until: world.now + stormy, most: 10_000 });
  world.clear();
  ended ||= await world.run(isDone);
  if (!ended && !world.violation) world.fail('the faults are over, and it does not come to its end');
  if (!world.violation) await scene.finish();
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
