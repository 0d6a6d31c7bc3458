import { type TSchema, Type } from 'typebox';
import type { Permission } from './permission.ts';
import { OneOf, Open, route } from './route.ts';

const Text = Type.String({ maxLength: 2000 });
const Name = Type.String({ minLength: 1, maxLength: 255 });
const Names = Type.Array(Name, { maxItems: 100_000 });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'sha256' });
const Why = { why: Type.Optional(Text) };
const InChannel = Type.Object({ channel: Type.String({ maxLength: 64 }) });
const Changed = Open<object>('What was changed, and what was noticed');

const mebibyte = 1024 * 1024;

/** A change of a channel by another program: the command line, a pipeline, another server. */
function change<const Verb extends string, const Body extends TSchema>(
  verb: Verb,
  permission: Permission,
  summary: string,
  body: Body,
) {
  return route({
    method: 'POST',
    url: `/api/repository/channels/:channel/${verb}`,
    summary,
    permission,
    params: InChannel,
    body,
    bodyLimit: 64 * mebibyte,
    reply: Changed,
  });
}

/**
 * A repository as a publisher drives it. A package is first uploaded under its digest, as a stream to disk, and then
 * published by that digest.
 */
export const repositoryRoutes = {
  uploadPackage: route({
    method: 'PUT',
    url: '/api/repository/uploads/:digest',
    summary: 'Bring the bytes of a package, to be published by their digest',
    permission: 'channel-publish',
    params: Type.Object({ digest: Digest }),
    takes: 'application/octet-stream',
    reply: Type.Object({ digest: Digest }),
    status: 201,
  }),
  listRepositoryChannels: route({
    method: 'GET',
    url: '/api/repository/channels',
    summary: 'The channels of this repository',
    permission: 'read',
    reply: Type.Array(Open<object>('A channel')),
  }),
  repositoryHistory: route({
    method: 'GET',
    url: '/api/repository/channels/:channel/history',
    summary: 'Every generation of a channel, oldest first',
    permission: 'read',
    params: InChannel,
    reply: Type.Array(Open<object>('A generation')),
  }),
  readGeneration: route({
    method: 'GET',
    url: '/api/repository/channels/:channel/generations/:generation',
    summary: 'The index of one generation, as it was written',
    permission: 'read',
    params: Type.Object({ channel: Type.String({ maxLength: 64 }), generation: Type.Integer({ minimum: 1 }) }),
    reply: Type.Object({ text: Type.String() }),
  }),
  publish: change(
    'publish',
    'channel-publish',
    'Publish uploaded packages',
    Type.Object({
      ...Why,
      packages: Type.Array(
        Type.Object({
          name: Name,
          upload: Digest,
          family: Type.Optional(Type.Union([Name, Type.Null()])),
          digest: Type.Optional(Type.Union([Name, Type.Null()])),
        }),
        { maxItems: 100_000 },
      ),
      partly: Type.Optional(Type.Boolean()),
      newClientsOnly: Type.Optional(Type.Boolean({ description: 'Take what old clients choke on' })),
      days: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 3650, description: 'The channel ends so many days from now' }),
      ),
      replace: Type.Optional(Type.Boolean()),
      lower: Type.Optional(Type.Boolean()),
      extraKeys: Type.Optional(Type.Boolean()),
      archiveOlder: Type.Optional(Type.Boolean()),
      action: Type.Optional(OneOf(['publish', 'upload-stable'] as const)),
      withdraw: Type.Optional(Type.Array(Type.Object({ id: Name, version: Name }))),
    }),
  ),
  promoteOffer: change(
    'promote',
    'channel-promote',
    'Make what another channel offers the offer of this one, the very same bytes',
    Type.Object({
      ...Why,
      from: Name,
      what: Names,
      lower: Type.Optional(Type.Boolean()),
      expected: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
  ),
  yankOffers: change(
    'yank',
    'channel-promote',
    'Withdraw offers with a reason',
    Type.Object({ why: Text, plugins: Names, replacement: Type.Optional(Text) }),
  ),
  archiveOffers: change(
    'archive',
    'channel-promote',
    'Move offers to the archive',
    Type.Object({ ...Why, plugins: Names }),
  ),
  restoreOffer: change(
    'restore',
    'channel-promote',
    'Put the offer back to what it was at a generation',
    Type.Object({ ...Why, generation: Type.Integer({ minimum: 1 }) }),
  ),
  removeChannel: route({
    method: 'POST',
    url: '/api/repository/channels/:channel/remove',
    summary:
      'Remove a channel with its packages; one without an end only where `lasting` says so, which needs the right to promote',
    permission: 'channel-publish',
    params: InChannel,
    body: Type.Object({
      ...Why,
      ended: Type.Optional(Type.Boolean({ description: 'Only if its end has come' })),
      lasting: Type.Optional(Type.Boolean({ description: 'Also one that has no end' })),
    }),
    reply: Open<object>('What was removed'),
  }),
  collectGarbage: route({
    method: 'POST',
    url: '/api/repository/channels/:channel/gc',
    summary: 'Delete generations and packages that no kept generation offers',
    permission: 'channel-promote',
    params: InChannel,
    body: Type.Object({ keep: Type.Integer({ minimum: 1 }), dryRun: Type.Optional(Type.Boolean()) }),
    reply: Open<object>('What was or would be deleted'),
  }),
};
