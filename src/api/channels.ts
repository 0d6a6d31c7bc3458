import { type Static, Type } from 'typebox';
import { PluginChanges } from './plugin-files.ts';
import { Nullable, OneOf, Problem, route, Time } from './route.ts';

export const ChannelSummary = Type.Object({
  name: Type.String(),
  url: Type.String({ description: 'Plugin server URL that offers it, below this server' }),
  plugins: Type.Integer(),
  bytes: Type.Integer(),
  generation: Type.Integer(),
  changedAt: Nullable(Time),
  changedBy: Nullable(Type.String()),
  signed: Type.Boolean(),
  ends: Nullable(Time),
});
export type ChannelSummary = Static<typeof ChannelSummary>;

export const Offer = Type.Object({
  id: Type.String(),
  version: Type.String(),
  description: Type.String(),
  family: Nullable(Type.String()),
  filename: Type.String(),
  size: Type.Integer(),
  sha256: Nullable(Type.String()),
});
export type Offer = Static<typeof Offer>;

export const OfferDifference = Type.Object({
  id: Type.String(),
  family: Nullable(Type.String()),
  left: Nullable(Type.String({ description: 'Version in `from`' })),
  right: Nullable(Type.String({ description: 'Version in `to`' })),
  relation: OneOf(['newer', 'older', 'only-left', 'only-right', 'same-version-other-bytes'] as const, {
    description: 'What `from` has, seen from `to`',
  }),
  /** When its version came into `from`; null: it is not there, or no history tells. */
  since: Nullable(Type.Object({ at: Time, by: Type.String() })),
});
export type OfferDifference = Static<typeof OfferDifference>;

export const ChannelEvent = Type.Object({
  generation: Type.Integer(),
  at: Time,
  by: Type.String(),
  action: OneOf(['publish', 'promote', 'yank', 'restore'] as const),
  why: Type.String(),
  from: Nullable(Type.String({ description: 'Channel that was promoted from' })),
  changes: Type.Array(
    Type.Object({ id: Type.String(), before: Nullable(Type.String()), after: Nullable(Type.String()) }),
  ),
});
export type ChannelEvent = Static<typeof ChannelEvent>;

export const ChannelDetail = Type.Object({
  ...ChannelSummary.properties,
  offers: Type.Array(Offer),
  yanked: Type.Array(
    Type.Object({
      id: Type.String(),
      version: Type.String(),
      reason: Type.String(),
      replacement: Nullable(Type.String()),
      at: Time,
      by: Type.String(),
    }),
  ),
  problems: Type.Array(Problem),
});
export type ChannelDetail = Static<typeof ChannelDetail>;

export const SignatureState = Type.Object({
  role: OneOf(['root', 'targets', 'snapshot', 'timestamp'] as const),
  ends: Time,
  days: Type.Integer({ description: 'Whole days that are left; below 0 once it has ended' }),
  state: OneOf(['well', 'care', 'bad'] as const, { description: '`care`: it comes to its end' }),
});
export type SignatureState = Static<typeof SignatureState>;

const ChannelParams = Type.Object({ channel: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' }) });

export const channelRoutes = {
  listChannels: route({
    method: 'GET',
    url: '/api/channels',
    summary: 'The channels of this server’s repository',
    permission: 'read',
    reply: Type.Array(ChannelSummary),
  }),
  diffChannels: route({
    method: 'GET',
    url: '/api/channels/diff',
    summary: 'What two channels offer differently, such as testing and stable',
    permission: 'read',
    query: Type.Object({ from: Type.String(), to: Type.String() }),
    reply: Type.Array(OfferDifference),
  }),
  promote: route({
    method: 'POST',
    url: '/api/channels/promote',
    summary: 'Make what one channel offers the offer of another, the very same bytes',
    permission: 'channel-promote',
    body: Type.Object(
      {
        from: Type.String(),
        to: Type.String(),
        select: Type.Array(Type.String(), { description: 'Families or plugins; empty: all that differ' }),
        why: Type.String(),
      },
      { additionalProperties: false },
    ),
    reply: ChannelEvent,
  }),
  showChannel: route({
    method: 'GET',
    url: '/api/channels/:channel',
    summary: 'What one channel offers',
    permission: 'read',
    params: ChannelParams,
    reply: ChannelDetail,
  }),
  channelHistory: route({
    method: 'GET',
    url: '/api/channels/:channel/history',
    summary: 'Who published, promoted, yanked and put back what, newest first',
    permission: 'read',
    params: ChannelParams,
    reply: Type.Array(ChannelEvent),
  }),
  compareOffer: route({
    method: 'GET',
    url: '/api/channels/:channel/changes/:plugin',
    summary: 'What this channel’s package of a plugin changes against the one that another channel offers',
    permission: 'read',
    params: Type.Object({ ...ChannelParams.properties, plugin: Type.String() }),
    query: Type.Object({ against: Type.String() }),
    reply: PluginChanges,
  }),
  listSignatures: route({
    method: 'GET',
    url: '/api/channels/:channel/signatures',
    summary: 'How long each signature that the channel stands on still holds; none where it is not signed',
    permission: 'read',
    params: ChannelParams,
    reply: Type.Array(SignatureState),
  }),
  restoreChannel: route({
    method: 'POST',
    url: '/api/channels/:channel/restore',
    summary: 'Put the offer back to what it was at a generation',
    permission: 'channel-promote',
    params: ChannelParams,
    body: Type.Object({ generation: Type.Integer(), why: Type.String() }, { additionalProperties: false }),
    reply: ChannelEvent,
  }),
  yank: route({
    method: 'POST',
    url: '/api/channels/:channel/yank',
    summary: 'Withdraw an offer with a reason',
    permission: 'channel-promote',
    params: ChannelParams,
    body: Type.Object(
      {
        plugin: Type.String(),
        version: Type.String(),
        reason: Type.String({ minLength: 1 }),
        replacement: Type.Optional(Type.String()),
      },
      { additionalProperties: false },
    ),
    reply: ChannelEvent,
  }),
};
