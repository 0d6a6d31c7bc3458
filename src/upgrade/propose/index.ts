export type { Completion } from './complete-upgrade.ts';
export type { Guess } from './proposal.ts';
export { fixUpgrade, proposeUpgrade, type UpgradeProposal } from './propose-upgrade.ts';
