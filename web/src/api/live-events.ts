import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { basePath } from './base-path.ts';
import { api } from './client.ts';
import { noteConnection, useConnection } from './connection.ts';
import type { EventTopic, Operation, ServerEvent } from './types.ts';

/** What is read again when an event of a topic arrives: the first word of the query keys. */
const readAgain: Readonly<Record<EventTopic, readonly string[]>> = {
  operation: ['operations'],
  plan: ['plans'],
  activity: ['activity'],
  run: ['runs'],
  process: ['processes', 'where-used'],
  plugins: ['plugins', 'step-types'],
  settings: ['settings', 'cache'],
};

/**
 * Keeps every page live: one connection to the server's events for the whole page, opened again when it breaks. It is
 * also how the page notices that the server is gone, is back, or has ended the session.
 */
export function useLiveEvents(signedIn: boolean): void {
  const client = useQueryClient();
  const open = useConnection().session === 'open';
  useEffect(() => (signedIn && open ? listen(client) : undefined), [client, signedIn, open]);
}

const pause = 2_000;

/** Counts follow what happens, but not every letter of it. */
const countsPause = 1_500;
let countsAwaited = false;

function readCountsSoon(client: QueryClient): void {
  if (countsAwaited) return;
  countsAwaited = true;
  setTimeout(() => {
    countsAwaited = false;
    void client.invalidateQueries({ queryKey: ['overview'] });
    void client.invalidateQueries({ queryKey: ['inbox'] });
  }, countsPause);
}

function listen(client: QueryClient): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let broken = false;

  const connect = (): void => {
    source = new EventSource(`${basePath}/api/events`);
    source.addEventListener('open', () => {
      noteConnection({ server: 'here' });
      if (broken) void client.invalidateQueries();
      broken = false;
    });
    source.addEventListener('error', () => {
      broken = true;
      source?.close();
      // the answer tells whether the server is gone or the session has ended
      api.session.showSession().then(
        ({ user }) => (user === null ? noteConnection({ session: 'ended' }) : connectSoon()),
        () => connectSoon(),
      );
    });
    source.addEventListener('reset', () => void client.invalidateQueries());
    for (const topic of Object.keys(readAgain) as EventTopic[]) {
      source.addEventListener(topic, (message: MessageEvent<string>) => take(client, JSON.parse(message.data)));
    }
  };
  const connectSoon = (): void => {
    clearTimeout(timer);
    if (source !== null) timer = setTimeout(connect, pause);
  };

  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
}

function take(client: QueryClient, event: ServerEvent): void {
  if (event.topic !== 'activity') readCountsSoon(client);
  if (event.topic === 'operation') client.setQueryData<Operation>(['operations', event.operation.id], event.operation);
  for (const key of readAgain[event.topic]) {
    // a single operation is told whole, and need not be asked for
    const exact = event.topic === 'operation' ? { exact: true } : {};
    void client.invalidateQueries({ queryKey: [key], ...exact });
  }
}
