import { type Static, Type } from 'typebox';
import { Activity } from './activity.ts';
import { Operation } from './operations.ts';
import { PlanHeader } from './plans.ts';
import { route } from './route.ts';
import { RunSummary } from './runs.ts';

const eventTopics = ['operation', 'plan', 'activity', 'run', 'process', 'plugins', 'settings'] as const;
export type EventTopic = (typeof eventTopics)[number];

/** One event: `event:` is the topic, `data:` the value below. After a gap (`reset`) read again what you show. */
export const ServerEvent = Type.Union([
  Type.Object({ topic: Type.Literal('operation'), operation: Operation }),
  Type.Object({ topic: Type.Literal('plan'), plan: PlanHeader }),
  Type.Object({ topic: Type.Literal('activity'), activity: Activity }),
  Type.Object({ topic: Type.Literal('run'), run: RunSummary }),
  Type.Object({ topic: Type.Literal('process'), id: Type.String(), version: Type.Integer(), by: Type.String() }),
  Type.Object({ topic: Type.Literal('plugins') }),
  Type.Object({ topic: Type.Literal('settings') }),
]);
export type ServerEvent = Static<typeof ServerEvent>;

export const eventRoutes = {
  watch: route({
    method: 'GET',
    url: '/api/events',
    summary:
      'Server-sent events; `Last-Event-ID` goes on where a connection broke, a `reset` event says that some are lost',
    permission: 'read',
    query: Type.Object({
      topics: Type.Optional(
        Type.String({ description: `Comma-separated: ${eventTopics.join(', ')}; all unless given` }),
      ),
      run: Type.Optional(Type.String({ description: 'Only `run` events of this one' })),
    }),
    streams: 'text/event-stream',
  }),
};
