export { type ChannelHandOff, handOffChannels } from './hand-off-channels.ts';
export { openTogether } from './open-together.ts';
export { shareWithOthers } from './share-folder.ts';
export { sharePlan } from './share-plan.ts';
export { serverName, type Together } from './together.ts';
