export { type ChannelHandOff, handOffChannels } from './hand-off-channels.ts';
export { shareWithOthers } from './share-folder.ts';
export { planShareHandler, sharePlan } from './share-plan.ts';
export { joinServers, serverName, type Together } from './together.ts';
