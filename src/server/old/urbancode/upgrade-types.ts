import type { ProcessSummary } from '../../../api/processes.ts';
import { LockstepError } from '../../../failure/index.ts';
import type { ExistingPolicy } from '../../../service/index.ts';

/** What old clients write for the things inside of what they import. */
const policies: Readonly<Record<string, ExistingPolicy>> = {
  UPGRADE_IF_EXISTS: 'upgrade',
  USE_EXISTING_IF_EXISTS: 'leave',
  FAIL_IF_EXISTS: 'refuse',
  FAIL_IF_DOESNT_EXIST: 'require',
};

type Imported = 'generic' | 'component' | 'template' | 'application';

/**
 * Which of these words counts for which processes. `upgradeType` is about what stands one step inside: components of an
 * application, the template of a component. What is imported itself is always brought up to date.
 */
export function existingPolicies(
  what: Imported,
  query: Readonly<Record<string, string>>,
): (kind: ProcessSummary['kind']) => ExistingPolicy {
  const upgradeType = policyOf('upgradeType', query);
  const ofKind: Readonly<Record<ProcessSummary['kind'], ExistingPolicy>> = {
    component: what === 'application' ? upgradeType : 'upgrade',
    template:
      what === 'template' ? 'upgrade' : what === 'component' ? upgradeType : policyOf('compTempUpgradeType', query),
    generic: what === 'generic' ? 'upgrade' : policyOf('processUpgradeType', query),
  };
  return (kind) => ofKind[kind];
}

function policyOf(name: string, query: Readonly<Record<string, string>>): ExistingPolicy {
  const word = query[name] ?? '';
  if (word === '') return 'upgrade';
  if (Object.hasOwn(policies, word)) return policies[word]!;
  throw new LockstepError('request-not-valid', `${name}=${word} is not done here.`, {
    hint: `Send one of ${Object.keys(policies).join(', ')}.`,
  });
}
