import { type Activity, parseExpressions } from '../process/index.ts';
import type { ProcessReference } from './run-state.ts';

/** The process that an activity runs, where its name is written out; null where it is computed. */
export function literalReference(activity: Activity): ProcessReference | null {
  const component = activity.type === 'componentProcess';
  const name = activity[component ? 'componentProcessName' : 'processName'] ?? activity['processName'];
  const owner = component ? (activity['componentName'] ?? null) : null;
  if (typeof name !== 'string' || name === '') return null;
  if ([name, owner ?? ''].some((text) => parseExpressions(String(text)).some(({ kind }) => kind !== 'text')))
    return null;
  if (component && typeof owner !== 'string') return null;
  return { kind: component ? 'component' : 'generic', name, owner: owner as string | null };
}
