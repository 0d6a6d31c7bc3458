import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Actor } from '../../service/index.ts';
import { watchEvents } from './watch-events.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const actor: Actor = { name: 'ann', role: 'viewer', via: 'token', scopes: null, grants: [] };

it('a stream of events ends with the session or token that opened it', async () => {
  const written: string[] = [];
  const raw = Object.assign(new EventEmitter(), {
    writableLength: 0,
    ended: false,
    writeHead: () => {},
    write: (text: string) => written.push(text),
    end: () => {
      raw.ended = true;
      raw.emit('close');
    },
  });
  let valid = true;
  const services = { events: { listen: () => () => {}, since: () => [] }, stopping: new AbortController().signal };
  const acts = watchEvents(services as never, async () => (valid ? actor : null));
  const reply = { raw, hijack: () => {}, getHeaders: () => ({}) };
  await acts.watch({ query: {} } as never, { request: { headers: {} }, reply } as never);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([raw.ended, written.at(-1)]).toEqual([false, ': here\n\n']);
  valid = false;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(raw.ended).toBe(true);
});
