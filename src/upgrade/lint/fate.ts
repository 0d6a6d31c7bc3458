import type { Severity } from '../../failure/index.ts';
import type { Dialect } from '../dialect.ts';
import type { UnlistedPolicy } from '../plan.ts';

/** How bad it is that a block does not list a step type: an error where that server loses its uses [STEP-6]. */
export const unlistedSeverity: Readonly<Record<UnlistedPolicy, Severity>> = {
  delete: 'error',
  pin: 'warning',
  carry: 'notice',
};

/** What becomes of uses that a block does not list although the new version could take them. */
export function fateOfForgotten({ unlisted, title }: Dialect, whose: 'its' | 'their' = 'its'): string {
  switch (unlisted) {
    case 'delete':
      return `${whose} uses would not be carried`;
    case 'pin':
      return `${title} leaves ${whose} uses behind, at the version before`;
    case 'carry':
      return `${title} carries ${whose} uses all the same, a server that goes by the author's guide does not`;
  }
}

/** What becomes of uses of a step type that the new version does not have. */
export function fateOfGone({ unlisted, title }: Dialect): string {
  return unlisted === 'delete' ? 'its uses would not be carried' : `${title} leaves its uses at the version before`;
}
