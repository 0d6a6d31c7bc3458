/**
 * What holds when the holder of a channel's lock has lost it without noticing: another act is done as a whole before each
 * single call of the first to its storage, and the first goes on, or is dead and its last call arrives late.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LockstepError } from '../failure/index.ts';
import { system } from '../ports/index.ts';
import { filesOf } from './channel-files.ts';
import type { Repository } from './repository.ts';
import { lockObject } from './s3-lock.ts';
import type { RepositoryStorage } from './storage.ts';
import { storedRepository } from './stored-repository.ts';
import { memoryStorage } from './testing/memory-storage.ts';
import { samplePackage } from './testing/sample-packages.ts';
import { channelSigner, initTrust, rotateKeys, verifyOffer } from './trust/index.ts';

const files = filesOf('stable');
const package1 = await samplePackage({ id: 'a', version: '1' });
const package2 = await samplePackage({ id: 'a', version: '2' });
const otherBytes = await samplePackage({ id: 'a', version: '2', text: 'built again\n' });
const packageOfB = await samplePackage({ id: 'b', version: '1' });

type Act = (repository: Repository) => Promise<unknown>;

const publishes = (...packages: (typeof package1)[]): Act => {
  return (repository) => repository.publish('stable', { who: 'ada', packages, archiveOlder: true });
};
const clears: Act = (repository) => repository.collectGarbage('stable', { who: 'gardener', keep: 1 });
const withdraws: Act = (repository) =>
  repository.yank('stable', { who: 'eve', plugins: ['a'], why: 'breaks', replacement: '1' });
const putsBack: Act = (repository) => repository.restore('stable', { who: 'eve', generation: 1 });

const removes: Act = (repository) => repository.removeChannel('stable', { who: 'gardener', lasting: true });
const inTurn =
  (...acts: Act[]): Act =>
  async (repository) => {
    for (const act of acts) await act(repository);
  };

/** Counts the calls; before the one with that number `others` act, and if it comes late, that call is done after the caller is dead. */
function interrupted(storage: RepositoryStorage, at: number, others: () => Promise<void>, late: boolean) {
  const state = { calls: 0, belated: async (): Promise<unknown> => undefined };
  const wrap = new Proxy(storage, {
    get(target, name: keyof RepositoryStorage): unknown {
      const call = target[name] as ((...given: unknown[]) => Promise<unknown>) | string;
      if (typeof call !== 'function' || name === 'lock') return call;
      return async (...given: unknown[]) => {
        if (++state.calls !== at) return call(...given);
        if (late) {
          state.belated = () => call(...given).catch(() => {});
          throw new Error('dead');
        }
        await others();
        return call(...given);
      };
    },
  });
  return { wrap, state };
}

async function unlessRefused(act: Promise<unknown>): Promise<void> {
  await act.catch((error: unknown) => {
    const isRefusal = error instanceof LockstepError;
    if (!isRefusal && (error as Error).message !== 'dead') throw error;
  });
}

interface Scene {
  readonly before: readonly Act[];
  /** A file that a killed publisher left. */
  readonly left?: (typeof package1)[];
  readonly first: Act;
  readonly second: Act;
  /** One of them removes the channel. */
  readonly removed?: true;
}

const plain = (storage: RepositoryStorage): Repository =>
  storedRepository(storage, { signer: channelSigner({ keys: null }) });

async function play({ before, left = [], first, second, removed }: Scene, at: number, late: boolean): Promise<number> {
  const stored = new Map<string, Uint8Array>();
  const storage = memoryStorage(stored);
  for (const { name, content } of left) stored.set(files.package(name), content as Uint8Array);
  const once = plain(storage);
  for (const act of before) await act(once);
  const offered = new Map<string, Uint8Array>();
  const look = async (): Promise<void> => {
    for (const channel of await once.listChannels()) {
      const { index } = await once.readOffer(channel.name);
      for (const entry of index.values()) {
        const path = filesOf(channel.name).package(entry.filename);
        const bytes = await once.readPackage(channel.name, entry);
        expect(Buffer.compare(offered.get(path) ?? bytes, bytes), `${path} has other bytes`).toBe(0);
        offered.set(path, bytes);
      }
    }
  };
  await look();
  const { wrap, state } = interrupted(
    storage,
    at,
    async () => {
      await unlessRefused(second(once));
      await look();
    },
    late,
  );
  await unlessRefused(first(plain(wrap)));
  if (late) {
    await unlessRefused(second(once));
    await look();
    await state.belated();
  }
  await look();
  // who comes next finds an offer and a history that tell the same
  await once.publish('stable', { who: 'next', packages: [packageOfB] });
  await look();
  const history = await once.history('stable');
  // the records of a channel that was removed are gone, but for the last one
  const oldest = history[0]!.generation;
  if (!removed) expect(oldest).toBe(1);
  expect(history.map(({ generation }) => generation)).toEqual(history.map((_, number) => oldest + number));
  expect(history.filter(({ action }) => action === 'outside')).toEqual([]);
  const { yanked, index } = await openMemory(stored);
  for (const [id, versions] of Object.entries(yanked))
    expect(Object.keys(versions), 'withdrawn and offered').not.toContain(index[id]);
  return state.calls;
}

async function openMemory(stored: ReadonlyMap<string, Uint8Array>) {
  const json = (path: string) => JSON.parse(new TextDecoder().decode(stored.get(path) ?? Buffer.from('{}')));
  const index: Record<string, { version: string }> = json(files.index);
  return {
    yanked: json(files.yanked) as Record<string, object>,
    index: Object.fromEntries(Object.entries(index).map(([id, { version }]) => [id, version])),
  };
}

const removed = true;
const scenes: [string, Scene][] = [
  ['two publish', { before: [publishes(package1)], first: publishes(package2), second: publishes(packageOfB) }],
  [
    'two publish one version of different builds',
    { before: [publishes(package1)], first: publishes(package2), second: publishes(otherBytes) },
  ],
  [
    'one publishes over what a killed one left, another the very same',
    { before: [publishes(package1)], left: [package2], first: publishes(otherBytes), second: publishes(package2) },
  ],
  [
    'one clears away, another publishes what a killed one left',
    { before: [publishes(package1)], left: [package2], first: clears, second: publishes(package2) },
  ],
  [
    'one publishes what a killed one left, another clears away',
    { before: [publishes(package1)], left: [package2], first: publishes(package2), second: clears },
  ],
  [
    'one clears away what another puts back',
    { before: [publishes(package1), publishes(package2)], first: clears, second: putsBack },
  ],
  [
    'one puts back what another clears away',
    { before: [publishes(package1), publishes(package2)], first: putsBack, second: clears },
  ],
  [
    'one withdraws, another publishes',
    { before: [publishes(package1), publishes(package2)], first: withdraws, second: publishes(packageOfB) },
  ],
  [
    'one puts back what was withdrawn, another publishes',
    { before: [publishes(package1), publishes(package2), withdraws], first: putsBack, second: publishes(package2) },
  ],
  [
    'one removes, another publishes',
    { before: [publishes(package1), publishes(package2)], first: removes, second: publishes(packageOfB), removed },
  ],
  [
    'one removes, another publishes what was there',
    { before: [publishes(package1), publishes(package2)], first: removes, second: publishes(package2), removed },
  ],
  [
    'one publishes, another removes and begins anew',
    {
      before: [publishes(package1)],
      first: publishes(package2),
      second: inTurn(removes, publishes(package1)),
      removed,
    },
  ],
  [
    'one removes what another removes and begins anew',
    {
      ...{ before: [publishes(package1), publishes(package2)], first: removes, removed },
      second: inTurn(removes, publishes(package2), publishes(packageOfB)),
    },
  ],
  [
    'one clears away, another removes and begins anew',
    {
      ...{ before: [publishes(package1), publishes(package2)], first: clears, removed },
      second: inTurn(removes, publishes(package1)),
    },
  ],
  ['two clear away', { before: [publishes(package1), publishes(package2)], first: clears, second: clears }],
];

describe.each(scenes)('a lost lock: %s', (_what, scene) => {
  it.each([
    ['goes on', false],
    ['is dead, and its last call arrives late', true],
  ])('leaves whole offers and one history, wherever the first is interrupted, and %s', async (_how, late) => {
    const calls = await play(scene, 0, false);
    expect(calls).toBeGreaterThan(5);
    for (let at = 1; at <= calls; at++) await play(scene, at, late);
  });
});

it('a channel that was published to after it was looked at stays; one that is removed leaves its lock to whoever holds it', async () => {
  const stored = new Map<string, Uint8Array>();
  const storage = memoryStorage(stored);
  const once = plain(storage);
  await publishes(package1)(once);
  let looked = false;
  const read: RepositoryStorage['read'] = async (path) => {
    const content = await storage.read(path);
    if (path === files.index && !looked) {
      looked = true;
      await publishes(package2)(once);
    }
    return content;
  };
  await expect(removes(plain({ ...storage, read }))).rejects.toMatchObject({ code: 'channel-busy' });
  const entry = (await once.readOffer('stable')).index.get('a')!;
  expect(entry.version).toBe('2');
  await once.readPackage('stable', entry);
  stored.set(files.lock, Buffer.from('held'));
  await removes(once);
  expect([await once.readOffer('stable').catch(({ code }) => code), stored.has(files.lock)]).toEqual([
    'channel-not-found',
    true,
  ]);
});

describe('a channel for some days', () => {
  const gives = (repository: Repository, days: number) =>
    repository.publish('stable', { who: 'ada', packages: [package1], days });
  const takes = (repository: Repository) => repository.removeChannel('stable', { who: 'gardener' });

  it.each([
    ['is removed wherever it is given another end', takes, (repository: Repository) => gives(repository, 9)],
    ['is given another end wherever it is removed', (repository: Repository) => gives(repository, 9), takes],
  ])('%s: one of the two is told', async (_how, first, second) => {
    const playAt = async (at: number): Promise<number> => {
      const stored = new Map<string, Uint8Array>();
      const once = plain(memoryStorage(stored));
      await gives(once, 2);
      const told: string[] = [];
      const act = (who: string, done: Promise<unknown>): Promise<void> =>
        unlessRefused(done.then((report) => void told.push(`${who} ${(report as { ends: string }).ends}`)));
      const { wrap, state } = interrupted(memoryStorage(stored), at, () => act('second', second(once)), false);
      await act('first', first(plain(wrap)));
      const there = await once.readOffer('stable').catch(() => null);
      if (there) await once.readPackage('stable', there.index.get('a')!);
      const givesEnd = first === takes ? 'second' : 'first';
      const given = told.find((one) => one.startsWith(givesEnd));
      // who was told that it lives on finds it, with that end, unless it was removed by somebody who knew of that end
      const removal = told.find((one) => one !== given);
      const known = removal?.split(' ')[1];
      expect(given ?? removal, `${at}`).toBeDefined();
      if (given) expect(there?.ends ?? known, `${at}: ${told.join(', ')}`).toBe(given.split(' ')[1]);
      return state.calls;
    };
    const calls = await playAt(0);
    expect(calls).toBeGreaterThan(3);
    for (let at = 1; at <= calls; at++) await playAt(at);
  });
});

describe('a lost lock of a signed channel', () => {
  const withKeys = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-lost-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const rooted = new Map<string, Uint8Array>();
    await initTrust(memoryStorage(rooted), { keys: join(folder, 'keys') });
    return { folder, rooted };
  };

  it('leaves signatures that say what is offered, wherever a publisher is interrupted by another', async () => {
    const { folder, rooted } = await withKeys();
    const signer = channelSigner({ keys: join(folder, 'keys') });
    const signed = (storage: RepositoryStorage): Repository => storedRepository(storage, { signer });
    await publishes(package1)(signed(memoryStorage(rooted)));

    const playAt = async (at: number): Promise<number> => {
      const stored = new Map(rooted);
      const source = {
        address: 'memory/',
        name: 'stable',
        read: async (path: string) => stored.get(files.folder + path) ?? null,
      };
      const isWhole = async (): Promise<void> => {
        const offer = await verifyOffer(source, { folder: join(folder, `seen-${at}`) });
        expect(offer?.text).toBe(new TextDecoder().decode(stored.get(files.index)));
      };
      await isWhole();
      const second = async (): Promise<void> => {
        await unlessRefused(publishes(packageOfB)(signed(memoryStorage(stored))));
        await isWhole();
      };
      const { wrap, state } = interrupted(memoryStorage(stored), at, second, false);
      await unlessRefused(signed(wrap).publish('stable', { who: 'ada', packages: [package2] }));
      await isWhole();
      return state.calls;
    };
    const calls = await playAt(0);
    for (let at = 1; at <= calls; at++) await playAt(at);
  });

  it('leaves one chain of roots, wherever a rotation of keys is interrupted by another', async () => {
    const { folder, rooted } = await withKeys();
    const playAt = async (at: number): Promise<number> => {
      const stored = new Map(rooted);
      const keys = join(folder, `keys-${at}`);
      await cp(join(folder, 'keys'), keys, { recursive: true });
      const rotate = (storage: RepositoryStorage) => rotateKeys(storage, { keys, role: 'timestamp' });
      const { wrap, state } = interrupted(
        memoryStorage(stored),
        at,
        () => unlessRefused(rotate(memoryStorage(stored))),
        false,
      );
      await unlessRefused(rotate(wrap));
      const newest = stored.get('plugins/1/metadata/root.json')!;
      const { version } = JSON.parse(new TextDecoder().decode(newest)).signed;
      expect(version).toBeGreaterThan(1);
      for (let number = 1; number <= version; number++) {
        const bytes = stored.get(`plugins/1/metadata/${number}.root.json`)!;
        expect(JSON.parse(new TextDecoder().decode(bytes)).signed.version).toBe(number);
        if (number === version) expect(Buffer.compare(bytes, newest)).toBe(0);
      }
      return state.calls;
    };
    const calls = await playAt(0);
    for (let at = 1; at <= calls; at++) await playAt(at);
  });
});

describe('a lock that is given back', () => {
  it('stays with whoever took it over, whenever that was', async () => {
    const playAt = async (at: number): Promise<number> => {
      const stored = new Map<string, Uint8Array>();
      const takes = async (): Promise<void> => {
        stored.set('.lock', Buffer.from('{"state":"held","who":"another"}'));
      };
      const { wrap, state } = interrupted(memoryStorage(stored), at, takes, false);
      const lock = await lockObject(
        {
          ...{ path: '.lock', address: 'memory', lease: 3_600_000, ports: system },
          read: wrap.read,
          async put(path, bytes, { IfMatch }) {
            const done = await wrap.replace(path, bytes, IfMatch ?? null).catch(() => null);
            return done === null ? null : (await memoryStorage(stored).read(path))!.version;
          },
        },
        { who: 'ada', timeout: 0 },
      );
      await lock.release();
      const left = JSON.parse(new TextDecoder().decode(stored.get('.lock')));
      expect(left).toMatchObject(at > 2 ? { state: 'held', who: 'another' } : { who: 'ada' });
      return state.calls;
    };
    expect(await playAt(0)).toBe(4);
    for (const at of [3, 4]) await playAt(at);
  });
});

it('a package that was cleared away is published again under another name, and its old name stays unused', async () => {
  const stored = new Map<string, Uint8Array>();
  const repository = plain(memoryStorage(stored));
  for (const act of [publishes(package1), publishes(package2), clears]) await act(repository);
  expect(stored.has(files.package(package1.name))).toBe(false);
  await repository.publish('stable', { who: 'ada', packages: [package1], lower: true });
  const entry = (await repository.readOffer('stable')).index.get('a')!;
  expect(entry.version).toBe('1');
  expect(entry.filename).toMatch(/^a-1-[0-9a-f]{8}\.tar\.bz2$/);
  await repository.readPackage('stable', entry);
  expect(stored.has(files.package(package1.name))).toBe(false);
});
