import type { OptionDeclaration } from '../command.ts';

/** The words of whoever does it, for those who read the activity afterwards. */
export const whyOption: OptionDeclaration = { flags: '--why <text>', description: 'why, kept in the activity' };
