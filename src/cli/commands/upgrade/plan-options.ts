import { LockstepError } from '../../../failure/index.ts';
import {
  type DefaultsMode,
  defaultUnlisted,
  dialectNamed,
  type PlanOptions,
  type UnlistedPolicy,
} from '../../../upgrade/index.ts';
import { type CommandInput, textOption } from '../../command.ts';

/**
 * `--on-unlisted`, else the way of `--for` [STEP-6], `--on-unlisted-step STEP=POLICY` and `--defaults` as the plan takes
 * them; only what was given.
 */
export function planOptions(
  input: Pick<CommandInput, 'options'>,
  server = textOption(input, 'for'),
): Partial<PlanOptions> {
  const onUnlisted = textOption(input, 'onUnlisted') as UnlistedPolicy | undefined;
  const defaults = textOption(input, 'defaults') as DefaultsMode | undefined;
  const bySteps = (input.options['onUnlistedStep'] as readonly string[] | undefined) ?? [];
  return {
    ...(onUnlisted ? { onUnlisted } : server ? { onUnlisted: defaultUnlisted(dialectNamed(server)) } : {}),
    ...(defaults ? { defaults } : {}),
    ...(bySteps.length > 0 ? { onUnlistedByStepType: Object.fromEntries(bySteps.map(stepPolicy)) } : {}),
  };
}

function stepPolicy(text: string): [stepType: string, policy: UnlistedPolicy] {
  const [, stepType = '', policy = ''] = /^(.+)=(delete|pin|carry)$/.exec(text) ?? [];
  if (stepType !== '') return [stepType, policy as UnlistedPolicy];
  throw new LockstepError('usage', `--on-unlisted-step takes STEP=delete, STEP=pin or STEP=carry, not "${text}".`);
}
