export type { Completion } from './complete-upgrade.ts';
export type { Guess } from './guess.ts';
export { fixUpgrade, proposeUpgrade, type UpgradeProposal } from './propose-upgrade.ts';
