import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, system } from '../../ports/index.ts';
import { openStore, type Store } from '../../store/index.ts';
import { EventHub } from '../operations/event-hub.ts';
import { Operations } from '../operations/operations.ts';
import { SharedOperations } from './shared-operations.ts';

let store: Store;
beforeEach(async () => {
  store = await openStore(':memory:');
});
afterEach(() => store.close());

/** A server whose words reach nobody. Its machine's clock is ahead by so much. */
function server(name: string, ahead = 0) {
  let passed = 0;
  const clock: Clock = {
    ...system.clock,
    now: () => new Date(Date.parse('2030-01-01') + ahead + passed),
    monotonic: () => passed,
  };
  const events = new EventHub({ clock });
  const own = new Operations(events, name, clock);
  const hastened: string[] = [];
  const shared = new SharedOperations(store, own, name, (id) => hastened.push(id), clock);
  events.forward((event) => event.topic === 'operation' && shared.note(event.operation));
  return {
    ...{ own, shared, hastened },
    pass(milliseconds: number) {
      passed += milliseconds;
    },
    async saysAlive() {
      const seen_at = clock.now().toISOString();
      await store.db
        .insertInto('server_member')
        .values({ id: name, url: '', started_at: seen_at, seen_at })
        .onConflict((on) => on.column('id').doUpdateSet({ seen_at }))
        .execute();
    },
    async begins() {
      const work = { kind: 'check', subject: 'x', label: 'Check', by: 'ann' };
      const { id } = own.start(
        work,
        ({ signal }) => new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason))),
      );
      await shared.written();
      return id;
    },
  };
}

describe('long work of several servers', () => {
  it('that was to be stopped is stopped though no message came', async () => {
    const [one, other] = [server('one'), server('other')];
    await one.saysAlive();
    const [stopped, goingOn] = [await one.begins(), await one.begins()];
    await other.shared.remove(stopped);
    expect(other.hastened).toEqual([stopped]);
    await one.shared.heed();
    expect((await one.own.wait(stopped, 1000)).reason?.code).toBe('interrupted');
    await one.shared.written();
    expect((await other.shared.find(stopped)).state).toBe('fail');
    expect((await other.shared.find(goingOn)).state).toBe('progress');
    one.own.remove(goingOn);
    await one.shared.written();
  });

  it('is lost where its server gives no new sign, whatever the clocks of the two say', async () => {
    const [one, other] = [server('one', -60_000), server('other')];
    await one.saysAlive();
    const id = await one.begins();
    expect((await other.shared.find(id)).state).toBe('progress');
    for (const turn of [1, 2, 3, 4]) {
      for (const both of [one, other]) both.pass(10_000);
      if (turn < 3) await one.saysAlive();
      await other.shared.watch();
    }
    expect((await other.shared.find(id)).reason?.code).toBe('server-unreachable');
    expect(await other.shared.worksOn(['check'], 'x')).toBeNull();
    await one.saysAlive();
    expect(await other.shared.worksOn(['check'], 'x')).toBe(id);
    one.own.remove(id);
    await one.shared.written();
  });

  it('that seems lost is put away, and stopped where its server lives all the same', async () => {
    const [one, other] = [server('one', -3_600_000), server('other')];
    await one.saysAlive();
    const id = await one.begins();
    expect((await other.shared.find(id)).reason?.code).toBe('server-unreachable');
    await other.shared.remove(id);
    await expect(other.shared.find(id)).rejects.toMatchObject({ code: 'operation-not-found' });
    await one.shared.heed();
    expect((await one.own.wait(id, 1000)).reason?.code).toBe('interrupted');
    await one.shared.written();
    await other.shared.remove(id);
    expect(await other.shared.list()).toEqual([]);
  });
});
