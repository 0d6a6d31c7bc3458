export type { Guess } from './guess.ts';
export { fixUpgrade, proposeUpgrade } from './propose-upgrade.ts';
