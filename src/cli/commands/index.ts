import type { CommandDeclaration } from '../command.ts';
import { activityCommands } from './activity.ts';
import { authoringCommands } from './authoring.ts';
import { familyCommands } from './family.ts';
import { previewCommands } from './preview.ts';
import { processCommands } from './process.ts';
import { repositoryCommands } from './repository.ts';
import { runCommands } from './run.ts';
import { serverCommands } from './server.ts';
import { serverPluginCommands } from './server-plugin.ts';
import { upgradeCommands } from './upgrade.ts';

/** Every command, in the order of `lockstep --help`. */
export const commands: readonly CommandDeclaration[] = [
  ...familyCommands,
  ...authoringCommands,
  ...repositoryCommands,
  ...serverPluginCommands,
  ...processCommands,
  ...upgradeCommands,
  ...previewCommands,
  ...activityCommands,
  ...runCommands,
  ...serverCommands,
];
