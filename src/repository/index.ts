export { archiveChannel, channelsFolder, devChannel, isChannelName } from './channel-files.ts';
export type { ChannelSource } from './channel-source.ts';
export { channelSource } from './channel-source.ts';
export { compareOffers } from './compare-offers.ts';
export { folderStorage } from './folder-storage.ts';
export { namesInHistory } from './generation-record.ts';
export { describeEntry, type IndexEntry } from './index-entry.ts';
export { type ChannelIndex, formatIndex, indexName, parseIndex } from './index-file.ts';
export { inspectPackage, isFaultOfPackage } from './inspect-package.ts';
export { type ChannelOffer, openChannel } from './open-channel.ts';
export { openRepository, openStorage } from './open-repository.ts';
export { choose } from './promote.ts';
export { removeEndedChannels } from './remove-channel.ts';
export type {
  ArchiveRequest,
  ChangeReport,
  EntryChange,
  Gate,
  Generation,
  OnProgress,
  PackageInput,
  PromoteRequest,
  PublishRequest,
  RemovedChannel,
  RemoveRequest,
  Repository,
  RestoreRequest,
  YankRequest,
} from './repository.ts';
export { s3Storage } from './s3-storage.ts';
export type { RepositoryStorage } from './storage.ts';
export { storedRepository } from './stored-repository.ts';
export { channelSigner, initTrust, renewChannels, rotateKeys, signatureTerms } from './trust/index.ts';
export type { Renewal } from './trust/renew-channels.ts';

export { signChannels } from './trust/sign-channels.ts';
export { type SignatureTerm, signatureProblems } from './trust/signature-problems.ts';
export { roles as trustRoles, type TrustRole } from './trust/trust-roles.ts';

export type { Yanked } from './yanked.ts';
