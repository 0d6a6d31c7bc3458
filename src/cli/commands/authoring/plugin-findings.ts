import type { LockstepError, Problem } from '../../../failure/index.ts';
import { type DialectName, dialectFor, type LintInput, lintPlugin } from '../../../upgrade/index.ts';
import type { AuthoredPlugin } from './read-definition.ts';

/**
 * Everything that is wrong with a plugin, alone or against the version before: for `plugin lint` and for editors alike.
 * `configured` is the server that is meant, where somebody says so [STEP-6].
 */
export function pluginFindings(
  plugin: AuthoredPlugin,
  previous: AuthoredPlugin | null,
  configured: DialectName | null = null,
  others: LintInput['others'] | null = null,
): Problem[] {
  const { definition, upgradeFile } = plugin;
  return [
    ...plugin.problems,
    ...(previous && !previous.definition ? unreadablePrevious(previous) : []),
    ...(definition
      ? lintPlugin({
          definition,
          upgradeFile,
          previous: previous?.definition ?? null,
          dialect: dialectFor({ configured }, definition),
          ...(others && { others }),
        })
      : []),
    // without a definition there is nothing to compare; the fault of its upgrade file still counts
    ...(!definition && upgradeFile && 'code' in upgradeFile ? [asProblem(upgradeFile)] : []),
  ];
}

/** The version before is not what is linted: only that it cannot be compared with is said. */
function unreadablePrevious({ problems, files }: AuthoredPlugin): Problem[] {
  if (!files.pluginXml) return [];
  return problems
    .filter(({ severity, where }) => severity === 'error' && where?.file === files.pluginXml?.file)
    .slice(0, 1)
    .map((problem) => ({ ...problem, message: `The version before cannot be compared with: ${problem.message}` }));
}

function asProblem({ code, message, hint, where }: LockstepError): Problem {
  return { code, severity: 'error', message, ...(hint ? { hint } : {}), ...(where ? { where } : {}) };
}
