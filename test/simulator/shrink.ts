import { type Outcome, simulate } from './simulate.ts';

/**
 * The same fault in fewer steps: choices are turned into zeros, which are the calm ones, as long as the fault stays the same. First
 * all after an instant, as early as can be, then pieces before it, large ones first.
 */
export async function shrink(found: Outcome, { tries = 400 } = {}): Promise<Outcome> {
  const fault = kindOf(found);
  let best = found;
  let left = tries;
  const attempt = async (choices: readonly number[]): Promise<boolean> => {
    if (left-- <= 0) return false;
    const outcome = await simulate(found.seed, choices);
    if (outcome.violation === null || kindOf(outcome) !== fault || outcome.trace.length > best.trace.length)
      return false;
    best = outcome;
    return true;
  };
  for (let kept = 0, needed = best.choices.length; needed - kept > 1 && left > 0; ) {
    const middle = (kept + needed) >> 1;
    if (await attempt(best.choices.slice(0, middle))) needed = middle;
    else kept = middle;
  }
  for (let size = Math.ceil(best.choices.length / 2); size >= 1 && left > 0; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.choices.length && left > 0; at += size) {
      const choices = best.choices;
      if (choices.slice(at, at + size).every((choice) => choice === 0)) continue;
      const calmer = choices.map((choice, index) => (index >= at && index < at + size ? 0 : choice));
      if (await attempt(calmer)) continue;
      // what was not drawn any more need not stay
      await attempt([...choices.slice(0, at), ...choices.slice(at + size)]);
    }
    if (size === 1) break;
  }
  return best;
}

/** Without what differs from one instance to the next. */
function kindOf({ violation }: Outcome): string {
  return (violation ?? '').split('\n')[0]!.replace(/\d+/g, 'N');
}
