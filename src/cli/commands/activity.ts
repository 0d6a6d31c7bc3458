import type { CommandDeclaration } from '../command.ts';

/** The history of a data folder. */
export const activityCommands: readonly CommandDeclaration[] = [
  {
    name: 'activity',
    summary: 'Who did what, newest first',
    options: [
      { flags: '--by <name>', description: 'only this person' },
      { flags: '--action <action>', description: 'an action or its first part, such as upgrade or plugin.installed' },
      { flags: '--limit <count>', description: 'entries at most', default: '50' },
    ],
    examples: ['lockstep activity', 'lockstep activity --action upgrade --by anna --json'],
    data: 'read',
    load: async () => (await import('./activity/list.ts')).list,
  },
];
