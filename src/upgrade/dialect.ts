import { LockstepError } from '../failure/index.ts';
import { compareVersions } from '../plugin/index-json.ts';
import type { UnlistedPolicy } from './plan.ts';

/** The servers that plugins are written for; each reads upgrade.xml its own way [STEP-6]. */
export const dialectNames = ['udeploy', 'deployment-automation', 'urbancode'] as const;
export type DialectName = (typeof dialectNames)[number];

export interface Dialect {
  readonly name: DialectName;
  /** As people call the server. */
  readonly title: string;
  /** What the server does with a use whose step type a block does not list, an empty or a missing block's too [STEP-4]. */
  readonly unlisted: UnlistedPolicy;
}

/** [STEP-6] In all of them a new default reaches existing uses only where the upgrade file says so [PROP-4]. */
const table: Readonly<Record<DialectName, Dialect>> = {
  udeploy: { name: 'udeploy', title: 'uDeploy', unlisted: 'delete' },
  'deployment-automation': { name: 'deployment-automation', title: 'Deployment Automation', unlisted: 'pin' },
  urbancode: { name: 'urbancode', title: 'UrbanCode Deploy 6.2 and later', unlisted: 'carry' },
};

/** Throws `usage` for a name that is in no configuration's vocabulary. */
export function dialectNamed(name: string): Dialect {
  if (Object.hasOwn(table, name)) return table[name as DialectName];
  throw new LockstepError('usage', `"${name}" is no server whose rules are known.`, {
    hint: `Write one of ${dialectNames.join(', ')}.`,
  });
}

/**
 * [STEP-6] The dialect that is chosen, else the one of the configuration, else the one of the oldest server that the package
 * allows: from 6.2 on that is UrbanCode Deploy, before that, or where nothing is said, what the author's guide says.
 */
export function dialectFor(
  { chosen, configured }: { readonly chosen?: string | null; readonly configured?: string | null },
  definition: { readonly requiredServerVersion: string | null },
): Dialect {
  const name = chosen ?? configured;
  if (name !== undefined && name !== null) return dialectNamed(name);
  const needed = definition.requiredServerVersion;
  return table[needed !== null && compareVersions(needed, '6.2') >= 0 ? 'urbancode' : 'udeploy'];
}

/** [STEP-4] What a plan does with unlisted steps unless told: the server's way, except that nothing is deleted unasked. */
export function defaultUnlisted({ unlisted }: Dialect): UnlistedPolicy | null {
  return unlisted === 'delete' ? null : unlisted;
}
