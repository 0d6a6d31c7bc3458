import type { ProcessActivity } from '../api/types.ts';
import type { Say, TextKey } from '../text/index.tsx';

const known = [
  'finish',
  'join',
  'switch',
  'setStatus',
  'acquireLock',
  'releaseLock',
  'runProcess',
  'componentProcess',
  'processSleep',
  'manualTask',
  'createRuntimeProperty',
  'componentEnvironmentIterator',
  'componentIterator',
  'resourceIterator',
  'versionIterator',
  'graph',
] as const;

/** The type of an activity in words; a step type or a type that is not known here by its own name. */
export function activityType(activity: ProcessActivity, say: Say): string {
  if (typeof activity['commandName'] === 'string') return activity['commandName'];
  const key = known.find((type) => type === activity.type);
  return key ? say(`activity.${key}` as TextKey) : activity.type;
}

/** Its name, or its type where a tool named it by a digest. */
export function activityTitle(activity: ProcessActivity, say: Say): string {
  return /^[0-9a-f-]{20,}$/.test(activity.name) ? activityType(activity, say) : activity.name;
}
