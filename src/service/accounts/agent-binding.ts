import type { Permission } from '../../api/permission.ts';
import { LockstepError } from '../../failure/index.ts';
import { builtInPrefix } from '../../run/index.ts';
import type { Actor, AgentBinding } from './actor.ts';

interface Asked {
  readonly scopes?: readonly Permission[] | null | undefined;
  readonly agent?: string | undefined;
  readonly labels?: readonly string[] | undefined;
}

/**
 * What a token will be good for: agents work with tokens of their own, each for one name and its labels, so that nobody takes the
 * steps of another. Such a token makes no others.
 */
export function bindToken(
  { scopes = null, agent, labels = [] }: Asked,
  actor: Actor,
): { readonly scopes: readonly Permission[] | null; readonly agent: AgentBinding | null } {
  if (actor.agent)
    throw new LockstepError('not-allowed', 'The token of an agent makes no tokens.', { hint: 'Use one of a person.' });
  if (agent === undefined) {
    if (labels.length > 0)
      throw new LockstepError('usage', 'Labels belong to the token of an agent.', {
        hint: 'Name the agent: --agent NAME.',
      });
    if (scopes?.includes('agent-work'))
      throw new LockstepError('usage', 'A token for "agent-work" is for one agent, by its name.', {
        hint: 'Name it: --agent NAME, and --label LABEL for each label that it may have.',
      });
    return { scopes, agent: null };
  }
  if (agent.startsWith(builtInPrefix))
    throw new LockstepError('not-allowed', `"${agent}" is the name of an agent inside of a server.`, {
      hint: 'Give the agent another name.',
    });
  if (scopes && !scopes.includes('agent-work'))
    throw new LockstepError('usage', `A token for the agent "${agent}" needs the scope "agent-work".`, {
      hint: 'Leave the scopes out: it gets that one.',
    });
  return { scopes: scopes ?? ['agent-work'], agent: { name: agent, labels } };
}
