import type { OptionDeclaration } from '../command.ts';

/** Of a command that works with a running server, or with the data folder where none is named. */
export const remote: readonly OptionDeclaration[] = [
  { flags: '--server <url>', description: 'a running server (LOCKSTEP_SERVER); else the data folder' },
  { flags: '--token <token>', description: 'for the server (better: LOCKSTEP_TOKEN)' },
];
