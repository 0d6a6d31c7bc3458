import type { Problem } from '../../failure/index.ts';
import type { PluginDefinition, UpgradeFile } from '../../plugin/index.ts';
import { expressionFaults } from '../../process/index.ts';

interface ExpressionInput {
  readonly definition: PluginDefinition;
  readonly upgradeFile: UpgradeFile | null;
  /** To-versions that a use of the version before passes. */
  readonly hop: ReadonlySet<number>;
}

/**
 * Defaults of both files whose expressions a run cannot read. One that a block of the hop would write into processes is
 * an error.
 */
export function expressionFindings({ definition, upgradeFile, hop }: ExpressionInput): Problem[] {
  const declared = definition.stepTypes.flatMap((stepType) =>
    stepType.properties.flatMap(({ name, type, defaultValue, defaultAt, at }) =>
      expressionFaults(defaultValue ?? '').map(
        ({ text, what, hint, broken }): Problem => ({
          code: broken ? 'expression-malformed' : 'expression-scope-unknown',
          severity: broken ? 'warning' : 'notice',
          message: `The default of "${name}" of "${stepType.name}" holds ${shown(text, type === 'secureBox')}, which ${what}.`,
          hint: type === 'secureBox' ? 'Correct the expression.' : hint,
          where: defaultAt ?? at,
        }),
      ),
    ),
  );
  const secrets = new Set(
    definition.stepTypes.flatMap(({ properties }) =>
      properties.filter(({ type }) => type === 'secureBox').map(({ name }) => name),
    ),
  );
  const given = (upgradeFile?.blocks ?? []).flatMap(({ toVersion, commands }) =>
    commands.flatMap((command) =>
      command.properties.flatMap(({ name, default: value, defaultAt, at }) =>
        expressionFaults(value ?? '').map(
          ({ text, what, hint, broken }): Problem => ({
            code: broken ? 'expression-malformed' : 'expression-scope-unknown',
            severity: !broken ? 'notice' : hop.has(toVersion) ? 'error' : 'warning',
            message: `Block ${toVersion} would give "${name}" of "${command.name}" ${shown(text, secrets.has(name))}, which ${what}.`,
            hint: secrets.has(name) ? 'Correct the expression.' : hint,
            where: defaultAt ?? at,
          }),
        ),
      ),
    ),
  );
  return [...declared, ...given];
}

/** A secret default is never repeated in a finding. */
function shown(text: string, secret: boolean): string {
  return secret ? 'an expression' : text;
}
