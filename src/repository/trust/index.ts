/** The front of the signatures. The library that knows TUF is loaded by the first call, since most commands never sign. */
import type { ChannelSigner } from '../change-channel.ts';
import type * as renewing from './renew-channels.ts';
import type * as rootMetadata from './root-metadata.ts';
import type { SignerOptions } from './sign-channel.ts';
import type * as health from './signature-terms.ts';
import type * as verifying from './verify-offer.ts';

export const initTrust: typeof rootMetadata.initTrust = async (...given) =>
  (await import('./root-metadata.ts')).initTrust(...given);

export const rotateKeys: typeof rootMetadata.rotateKeys = async (...given) =>
  (await import('./root-metadata.ts')).rotateKeys(...given);

export const renewChannels: typeof renewing.renewChannels = async (...given) =>
  (await import('./renew-channels.ts')).renewChannels(...given);

export const signatureTerms: typeof health.signatureTerms = async (...given) =>
  (await import('./signature-terms.ts')).signatureTerms(...given);

export const verifyOffer: typeof verifying.verifyOffer = async (...given) =>
  (await import('./verify-offer.ts')).verifyOffer(...given);

/** Signs channels of repositories that have a root, and leaves others unsigned. */
export function channelSigner(options: SignerOptions): ChannelSigner {
  return {
    prepare: async (...given) => (await import('./sign-channel.ts')).prepareSigning(options, ...given),
  };
}
