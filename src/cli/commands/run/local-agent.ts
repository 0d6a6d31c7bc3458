import type { CommandInput } from '../../command.ts';
import type { LocalAgent } from '../../with-client.ts';
import { readPairs } from './read-pairs.ts';

/** The agent that executes steps in this process while a command works in a data folder. */
export function localAgent(input: CommandInput): LocalAgent {
  const environment = (input.options['environment'] as string[] | undefined) ?? [];
  return { properties: readPairs(input, 'property'), environment };
}
