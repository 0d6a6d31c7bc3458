import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { repositoryRoutes } from '../../api/repository.ts';
import {
  type ChangeReport,
  formatIndex,
  type RemovedChannel,
  type RemoveRequest,
  type Repository,
} from '../../repository/index.ts';
import { requirePermission } from '../accounts/actor.ts';
import type { Acts } from '../act.ts';
import type { ChannelAct } from './channel-act.ts';
import { receiveUpload } from './receive-upload.ts';
import type { Uploads } from './uploads.ts';

export interface PublisherInput {
  readonly repository: Repository;
  readonly uploads: Uploads;
  /** Bytes of one package. */
  readonly uploadLimit: number;
  readonly perform: (act: ChannelAct) => Promise<ChangeReport>;
  readonly remove: (channel: string, request: RemoveRequest) => Promise<RemovedChannel>;
}

/** A repository for publishers: uploads, and acts on its channels as plain values. */
export function repositoryActs({
  repository,
  uploads,
  uploadLimit,
  perform,
  remove,
}: PublisherInput): Acts<typeof repositoryRoutes> {
  return {
    uploadPackage: async ({ params, body }) => {
      await receiveUpload(body as unknown as Readable, join(uploads.folder, params.digest), uploadLimit);
      await uploads.share(params.digest);
      return { digest: params.digest };
    },
    listRepositoryChannels: () => repository.listChannels(),
    repositoryHistory: ({ params }) => repository.history(params.channel),
    readGeneration: async ({ params }) => ({
      text: formatIndex(await repository.readGeneration(params.channel, params.generation)),
    }),
    publish: async ({ params, body: { packages, ...request }, actor }) => {
      const uploaded = packages.map(({ family = null, digest = null, ...input }) => ({ ...input, family, digest }));
      for (const { upload, name } of uploaded) await uploads.fetch(upload, name);
      const who = actor.name;
      return perform({ verb: 'publish', channel: params.channel, who, request: { ...request, packages: uploaded } });
    },
    promoteOffer: ({ params: { channel }, body, actor }) =>
      perform({ verb: 'promote', channel, who: actor.name, request: body }),
    yankOffers: ({ params: { channel }, body, actor }) =>
      perform({ verb: 'yank', channel, who: actor.name, request: body }),
    archiveOffers: ({ params: { channel }, body, actor }) =>
      perform({ verb: 'archive', channel, who: actor.name, request: body }),
    restoreOffer: ({ params: { channel }, body, actor }) =>
      perform({ verb: 'restore', channel, who: actor.name, request: body }),
    removeChannel: ({ params, body, actor }) => {
      if (body.lasting) requirePermission(actor, 'channel-promote');
      return remove(params.channel, { ...body, who: actor.name });
    },
    collectGarbage: ({ params, body, actor }) =>
      repository.collectGarbage(params.channel, { ...body, who: actor.name }),
  };
}
