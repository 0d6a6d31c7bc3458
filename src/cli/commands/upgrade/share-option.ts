import { LockstepError } from '../../../failure/index.ts';
import { type CommandInput, textOption } from '../../command.ts';

/** `5%` or `0.05`; `usage` when it is neither. */
export function shareOption(input: CommandInput, name: string): number | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const share = Number(number) / (percent ? 100 : 1);
  if (number !== undefined && share <= 1) return share;
  throw new LockstepError('usage', `--stop-above takes a share, not "${text}".`, { hint: 'Write 5% or 0.05.' });
}
