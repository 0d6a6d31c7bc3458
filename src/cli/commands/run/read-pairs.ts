import { LockstepError } from '../../../failure/index.ts';
import type { CommandInput } from '../../command.ts';

/** An option that is given as NAME=VALUE, any number of times. */
export function readPairs({ options }: Pick<CommandInput, 'options'>, option: string): Record<string, string> {
  return Object.fromEntries(
    ((options[option] as string[] | undefined) ?? []).map((text) => {
      const equals = text.indexOf('=');
      if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
      throw new LockstepError('usage', `--${option} takes NAME=VALUE, not "${text}".`, {
        hint: `Write --${option} 'name=value'.`,
      });
    }),
  );
}
