import { activityOf, type Context } from './draft.ts';
import { plain, textOf } from './resolve-text-of.ts';

/** The lock that an activity takes or gives back. */
export function lockOf(context: Context, key: string): string {
  return plain(context, key, textOf(activityOf(context, key), 'lockName', 'lock', 'name'), 'lockName');
}

/**
 * A run that ends gives all its locks back. What goes on inside of a lock needs it again: everything waits until then, and what
 * was done before stays done.
 */
export function takeLocksAgain(context: Context): undefined {
  const { draft, commands } = context;
  const held = new Map<string, string[]>();
  for (const [key, { type, state, outcome }] of Object.entries(draft.activities)) {
    if (state !== 'ended' || outcome !== 'success' || !/^(acquire|release)Lock$/.test(type)) continue;
    const keys = held.get(lockOf(context, key)) ?? [];
    if (type === 'acquireLock') keys.push(key);
    else keys.pop();
    held.set(lockOf(context, key), keys);
  }
  const again = [...held].flatMap(([lock, keys]) => (keys.length === 0 ? [] : [{ lock, key: keys.at(-1)! }]));
  if (again.length === 0) return;
  draft.relocking = again.map(({ key }) => key);
  for (const { lock, key } of again) {
    const activity = draft.activities[key]!;
    activity.state = 'locked-out';
    delete activity.outcome;
    commands.push({ type: 'acquireLock', key, lock });
  }
}
