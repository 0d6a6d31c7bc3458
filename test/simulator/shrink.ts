import { type Outcome, simulate } from './simulate.ts';

interface Shrunk extends Outcome {
  /** Whether the replays sufficed to see that nothing more can be left out. */
  readonly isSmallest: boolean;
  readonly replays: number;
}

interface ShrinkOptions {
  /** Replays at most. */
  readonly tries?: number;
  readonly replay?: (seed: number, choices: readonly number[]) => Promise<Outcome>;
}

/**
 * The same fault in fewer steps. Choices are turned into zeros, which are the calm ones, or left out: first all after an instant,
 * as early as can be, then pieces before it, large ones first, and at last one by one, again and again, until no single choice
 * can be left out or made calm.
 */
export async function shrink(found: Outcome, { tries = 2000, replay = simulate }: ShrinkOptions = {}): Promise<Shrunk> {
  const fault = kindOf(found);
  let best = { outcome: found, choices: trimmed(found.choices) };
  let replays = 0;
  const attempt = async (given: readonly number[]): Promise<boolean> => {
    if (replays >= tries) return false;
    replays++;
    const outcome = await replay(found.seed, given);
    if (outcome.violation === null || kindOf(outcome) !== fault) return false;
    const choices = trimmed(outcome.choices);
    if (!isSmaller(sizeOf(outcome, choices), sizeOf(best.outcome, best.choices))) return false;
    best = { outcome, choices };
    return true;
  };
  for (let kept = 0, needed = best.choices.length; needed - kept > 1 && replays < tries; ) {
    const middle = (kept + needed) >> 1;
    if (await attempt(best.choices.slice(0, middle))) needed = middle;
    else kept = middle;
  }
  for (let size = Math.ceil(best.choices.length / 2); size > 1 && replays < tries; size = Math.ceil(size / 2)) {
    for (let at = 0; at < best.choices.length; at += size) await leaveOut(best.choices, at, size, attempt);
  }
  const everywhere = async (act: (choices: readonly number[], at: number) => Promise<boolean>): Promise<boolean> => {
    let changed = false;
    for (let at = 0; at < best.choices.length; at++) changed = (await act(best.choices, at)) || changed;
    return changed;
  };
  // what happens at all first: there is less of it than of instants at which nothing does
  for (let changed = true; changed && replays < tries; )
    changed =
      (await everywhere((choices, at) => lower(choices, at, attempt))) ||
      (await everywhere((choices, at) => leaveOut(choices, at, 1, attempt)));
  return { ...best.outcome, isSmallest: replays < tries, replays };
}

type Attempt = (choices: readonly number[]) => Promise<boolean>;

/** Makes a piece calm, or takes it away with what was drawn for it. */
async function leaveOut(choices: readonly number[], at: number, size: number, attempt: Attempt): Promise<boolean> {
  const end = at + size;
  const isCalm = choices.slice(at, end).every((choice) => choice === 0);
  if (!isCalm && (await attempt(choices.map((choice, index) => (index >= at && index < end ? 0 : choice)))))
    return true;
  return attempt([...choices.slice(0, at), ...choices.slice(end)]);
}

/** Makes one choice calm, or else as small as it can be. Answers whether it is calm now. */
async function lower(choices: readonly number[], at: number, attempt: Attempt): Promise<boolean> {
  const choice = choices[at]!;
  if (choice === 0) return false;
  if (await attempt(choices.with(at, 0))) return true;
  for (let [tooSmall, enough] = [0, choice]; enough - tooSmall > 1; ) {
    const middle = (tooSmall + enough) >> 1;
    if (await attempt(choices.with(at, middle))) enough = middle;
    else tooSmall = middle;
  }
  return false;
}

/** After the last one all are zero anyway. */
function trimmed(choices: readonly number[]): readonly number[] {
  return choices.slice(0, choices.findLastIndex((choice) => choice !== 0) + 1);
}

/** What counts first stands first; each step makes it smaller, so that it comes to an end. */
function sizeOf({ trace }: Outcome, choices: readonly number[]): readonly number[] {
  const sum = choices.reduce((all, choice) => all + choice, 0);
  return [trace.length, choices.filter((choice) => choice !== 0).length, sum, choices.length];
}

function isSmaller(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((size, index) => size !== other[index]);
  return at >= 0 && one[at]! < other[at]!;
}

/** Without what differs from one instance to the next. */
function kindOf({ violation }: Outcome): string {
  return (violation ?? '').split('\n')[0]!.replace(/\d+/g, 'N');
}
