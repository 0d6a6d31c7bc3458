import { dialectNames } from '../../upgrade/index-dialects.ts';
import type { OptionDeclaration } from '../command.ts';

/** [STEP-6] Lint, prove, plan and the gate of a promotion take the same. */
export const dialectOption: OptionDeclaration = {
  flags: '--for <server>',
  description:
    'whose rules count; else "dialect" of the configuration, else the server version that plugin.xml requires',
  choices: [...dialectNames],
};
