export { archiveChannel, channelsFolder, devChannel, isChannelName } from './channel-files.ts';
export type { ChannelSource, SourceOptions } from './channel-source.ts';
export { channelSource } from './channel-source.ts';
export { compareOffers, type OfferDifference } from './compare-offers.ts';
export { folderStorage } from './folder-storage.ts';
export { describeEntry, type EntryInput, type IndexEntry } from './index-entry.ts';
export { type ChannelIndex, formatIndex, indexName, parseIndex } from './index-file.ts';
export { inspectPackage, isFaultOfPackage } from './inspect-package.ts';
export { type Channel, type ChannelOffer, type OpenChannelOptions, openChannel } from './open-channel.ts';
export { type OpenRepositoryOptions, openRepository, openStorage } from './open-repository.ts';
export type {
  ArchiveRequest,
  ChangeReport,
  ChannelSummary,
  EntryChange,
  GarbageReport,
  GarbageRequest,
  Gate,
  Generation,
  Offer,
  OnProgress,
  PackageInput,
  PromoteRequest,
  PublishRequest,
  Repository,
  RestoreRequest,
  VerifyReport,
  YankRequest,
} from './repository.ts';
export { s3Storage } from './s3-storage.ts';
export type { RepositoryStorage } from './storage.ts';
export { type StoredRepositoryOptions, storedRepository } from './stored-repository.ts';
export { channelSigner, initTrust, renewChannels, rotateKeys, signatureTerms } from './trust/index.ts';
export type { Renewal } from './trust/renew-channels.ts';
export type { RoleSize } from './trust/root-metadata.ts';
export { signChannels } from './trust/sign-channels.ts';
export { type SignatureTerm, signatureProblems } from './trust/signature-problems.ts';
export { roles as trustRoles, type TrustRole } from './trust/trust-roles.ts';
export type { TrustFolder } from './trust/verify-offer.ts';
export type { Yanked, YankedVersion } from './yanked.ts';
