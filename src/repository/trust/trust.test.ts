import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata, MetadataKind, Timestamp } from '@tufjs/models';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  channelSigner,
  folderStorage,
  initTrust,
  openChannel,
  type Repository,
  rotateKeys,
  signatureProblems,
  signatureTerms,
  signChannels,
  storedRepository,
  trustRoles,
} from '../index.ts';
import { samplePackage } from '../testing/sample-packages.ts';
import { readRoot, signWith } from './root-metadata.ts';
import { readKeys } from './signing-keys.ts';

const who = 'ada';
const day = 24 * 60 * 60 * 1000;

let base: string;
let folder: string;
let keys: string;
let trust: { folder: string };
let repository: Repository;
let clock: Date | null;
const now = () => clock ?? new Date();

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'lockstep-trust-'));
  folder = join(base, 'repository');
  keys = join(base, 'keys');
  trust = { folder: join(base, 'seen') };
  clock = null;
  repository = storedRepository(folderStorage(folder), { signer: channelSigner({ keys, now }), now });
});
afterEach(() => rm(base, { recursive: true }));

const storage = () => folderStorage(folder);
const channelFolder = (name: string) => join(folder, 'plugins/1', name);
const metadataOf = (name: string) => join(channelFolder(name), 'metadata');

async function publish(id: string, version: string, channel = 'stable'): Promise<void> {
  await repository.publish(channel, { who, packages: [await samplePackage({ id, version })] });
}

function readOffer(channel = 'stable') {
  return openChannel(channelFolder(channel), { trust }).readOffer();
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(file, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  await writeFile(file, after);
}

async function currentVersion(role: string): Promise<number> {
  const names = await readdir(metadataOf('stable'));
  return Math.max(...names.map((name) => Number(new RegExp(`^(\\d+)\\.${role}\\.json$`).exec(name)?.[1] ?? 0)));
}

describe('a signed channel', () => {
  beforeEach(async () => {
    await initTrust(storage(), { keys });
    await publish('a', '1.0');
  });

  it('gives its offer and its packages to a client that checks', async () => {
    const offer = await readOffer();
    expect(offer.signed).toBe(true);
    await offer.readPackage(offer.index.get('a')!);
    await publish('b', '1.0');
    const again = await readOffer();
    expect([...again.index.keys()]).toEqual(['a', 'b']);
    await again.readPackage(again.index.get('b')!);
  });

  it('signs again only the bins that changed', async () => {
    const bins = async () => (await readdir(metadataOf('stable'))).filter((name) => name.includes('bin-')).length;
    expect(await bins()).toBe(64);
    await publish('b', '1.0');
    expect(await bins()).toBe(65);
  });

  it('is refused when a package was tampered with, also together with the index', async () => {
    const offer = await readOffer();
    const file = join(channelFolder('stable'), 'a-1.0.tar.bz2');
    const other = await samplePackage({ id: 'a', version: '1.0', text: 'evil\n' });
    await writeFile(file, other.content as Uint8Array);
    await expect(offer.readPackage(offer.index.get('a')!)).rejects.toMatchObject({ code: 'package-damaged' });

    const evil = storedRepository(folderStorage(join(base, 'evil')), { signer: channelSigner({ keys: null }) });
    await evil.publish('stable', { who, packages: [other] });
    const forged = (await evil.readOffer('stable')).index.get('a')!;
    await expect(offer.checkPackage(forged, other.content as Uint8Array)).rejects.toMatchObject({
      code: 'signature-not-valid',
    });
  });

  it('is refused when the signed index was tampered with, and not misled by the unsigned one', async () => {
    await edit(join(channelFolder('stable'), 'plugins.db'), (text) => text.replace('1.0', '9.9'));
    expect((await readOffer()).index.get('a')?.version).toBe('1.0');
    const copies = (await readdir(join(channelFolder('stable'), 'history'))).filter((name) => name.endsWith('.db'));
    for (const name of copies) {
      await edit(join(channelFolder('stable'), 'history', name), (text) => text.replace('1.0', '9.9'));
    }
    await expect(readOffer()).rejects.toMatchObject({ code: 'signature-not-valid' });
  });

  it.each(['timestamp.json', '1.snapshot.json', '1.targets.json'])('is refused when %s was changed', async (name) => {
    await edit(join(metadataOf('stable'), name), (text) => text.replace(/"expires":"20/, '"expires":"21'));
    await expect(readOffer()).rejects.toMatchObject({ code: 'signature-not-valid' });
  });

  it('is refused when a signature was taken away or made by somebody else', async () => {
    const file = join(metadataOf('stable'), 'timestamp.json');
    const good = await readFile(file, 'utf8');
    await edit(file, (text) => JSON.stringify({ ...JSON.parse(text), signatures: [] }));
    await expect(readOffer()).rejects.toMatchObject({ code: 'signature-not-valid' });
    await writeFile(file, good.replace(/"sig":"[0-9a-f]{8}/, '"sig":"00000000'));
    await expect(readOffer()).rejects.toMatchObject({ code: 'signature-not-valid' });
  });

  it('is refused when it was rolled back to an older state', async () => {
    await cp(channelFolder('stable'), join(base, 'old'), { recursive: true });
    await publish('a', '1.1');
    await readOffer();
    await rm(channelFolder('stable'), { recursive: true });
    await cp(join(base, 'old'), channelFolder('stable'), { recursive: true });
    await expect(readOffer()).rejects.toMatchObject({ code: 'signature-rolled-back' });
  });

  it('is refused when it is frozen: the newest that is shown has expired', async () => {
    clock = new Date(Date.now() - 8 * day);
    await signChannels(storage(), channelSigner({ keys, now }), { who });
    await expect(readOffer()).rejects.toMatchObject({ code: 'signature-expired' });
    clock = null;
    await signChannels(storage(), channelSigner({ keys, now }), { who });
    expect((await readOffer()).index.size).toBe(1);
  });

  describe('for a client that knew it before', () => {
    const at = (days: number) => vi.setSystemTime(Date.now() + days * day);
    beforeEach(async () => {
      vi.useFakeTimers({ toFake: ['Date'] });
      await readOffer();
    });
    afterEach(() => vi.useRealTimers());

    it.each([
      ['timestamp', 8, 'lockstep repository sign'],
      ['root', 400, 'lockstep repository keys rotate root'],
    ])(
      'an end of its %s is told as one, with its cure and this clock, and not as a forgery',
      async (role, days, cure) => {
        at(days);
        const clock = new Date().toISOString().slice(0, 10);
        await expect(readOffer()).rejects.toMatchObject({
          code: 'signature-expired',
          message: expect.stringMatching(new RegExp(`its ${role} ended on .*clock says ${clock}`)),
          hint: expect.stringContaining(cure),
          data: { role },
        });
      },
    );

    it('an end of its snapshot or its targets is told as one, where what is above them still holds', async () => {
      at(31);
      const file = join(metadataOf('stable'), 'timestamp.json');
      const root = (await readRoot(storage()))!.signed;
      const held = await readKeys(keys);
      const timestamp = Metadata.fromJSON(MetadataKind.Timestamp, JSON.parse(await readFile(file, 'utf8')));
      const { specVersion, version, snapshotMeta } = timestamp.signed;
      const expires = new Date(Date.now() + day).toISOString().replace(/\.\d+/, '');
      const next = new Metadata(new Timestamp({ specVersion, version: version + 1, expires, snapshotMeta }));
      signWith(next as never, held, 'timestamp', root);
      await writeFile(file, JSON.stringify(next.toJSON()));
      await expect(readOffer()).rejects.toMatchObject({ code: 'signature-expired', data: { role: 'snapshot' } });
    });

    it('a forged timestamp is a forgery, even where the true one has ended', async () => {
      at(8);
      const file = join(metadataOf('stable'), 'timestamp.json');
      await edit(file, (text) => text.replace(/"expires":"20/, '"expires":"21'));
      await expect(readOffer()).rejects.toMatchObject({ code: 'signature-not-valid' });
    });

    it('a clock far behind is told, since it cannot see an end', async () => {
      expect((await readOffer()).problems).toEqual([]);
      at(-2);
      expect((await readOffer()).problems).toMatchObject([
        { code: 'clock-behind', severity: 'warning', message: expect.stringContaining('clock says') },
      ]);
    });
  });

  it('has terms: the days that are left of each role, with what helps before and after the end', async () => {
    const problemsIn = async (days: number) => {
      const later = new Date(Date.now() + days * day);
      return signatureProblems(await signatureTerms(storage(), { now: () => later }));
    };
    const terms = await signatureTerms(storage(), { now: () => new Date(Date.now() + 1000) });
    expect(terms.map(({ channel, role, days }) => [channel, role, days])).toEqual([
      [null, 'root', 364],
      ['stable', 'targets', 364],
      ['stable', 'snapshot', 29],
      ['stable', 'timestamp', 6],
    ]);
    expect(await problemsIn(4)).toEqual([]);
    const root = (found: Awaited<ReturnType<typeof problemsIn>>) => found.filter(({ message }) => /root/.test(message));
    expect(root(await problemsIn(304))).toEqual([]);
    expect(root(await problemsIn(357))).toMatchObject([
      { code: 'signature-ends-soon', severity: 'warning', hint: expect.stringContaining('keys rotate root') },
    ]);
    const ended = await problemsIn(400);
    expect(ended.map(({ code }) => code)).toEqual(Array(4).fill('signature-expired'));
    expect(ended[0]).toMatchObject({ severity: 'error', hint: expect.stringContaining('keys rotate root') });
    expect(ended[3]).toMatchObject({ hint: expect.stringContaining('repository sign') });
  });

  it('is refused when old and new metadata are mixed', async () => {
    await readOffer();
    const [snapshot, targets] = [await currentVersion('snapshot'), await currentVersion('targets')];
    await publish('a', '1.1');
    const folder = metadataOf('stable');
    await cp(join(folder, `${targets}.targets.json`), join(folder, `${targets + 1}.targets.json`));
    await expect(readOffer()).rejects.toMatchObject({ code: 'signature-not-valid' });
    await cp(join(folder, `${snapshot}.snapshot.json`), join(folder, `${snapshot + 1}.snapshot.json`));
    trust = { folder: join(base, 'another client') };
    await expect(readOffer()).rejects.toMatchObject({ code: 'signature-not-valid' });
  });

  it('is refused when it shows the metadata of another channel', async () => {
    await publish('a', '0.1', 'testing');
    await rm(channelFolder('stable'), { recursive: true });
    await cp(channelFolder('testing'), channelFolder('stable'), { recursive: true });
    await expect(readOffer()).rejects.toMatchObject({ code: 'signature-not-valid' });
  });

  it('is refused when it is not signed any more', async () => {
    await readOffer();
    await rm(metadataOf('stable'), { recursive: true });
    await expect(readOffer()).rejects.toMatchObject({ code: 'signature-not-valid' });
  });

  it('is refused when its root is not the one that the client was given', async () => {
    const elsewhere = folderStorage(join(base, 'elsewhere'));
    await initTrust(elsewhere, { keys: join(base, 'other-keys') });
    const root = (await elsewhere.read('plugins/1/metadata/root.json'))!.bytes;
    const channel = openChannel(channelFolder('stable'), { trust: { ...trust, root } });
    await expect(channel.readOffer()).rejects.toMatchObject({ code: 'signature-not-valid' });
  });

  it('cannot be changed without its keys', async () => {
    const stranger = storedRepository(storage(), { signer: channelSigner({ keys: null }) });
    const packages = [await samplePackage({ id: 'b', version: '1.0' })];
    await expect(stranger.publish('stable', { who, packages })).rejects.toMatchObject({ code: 'signing-keys' });
    await rename(join(keys, 'snapshot-1.pem'), join(base, 'gone.pem'));
    await expect(publish('b', '1.0')).rejects.toMatchObject({ code: 'signing-keys' });
    expect([...(await readOffer()).index.keys()]).toEqual(['a']);
  });

  it.each(trustRoles)('goes on for clients that knew it when its %s keys are rotated', async (role) => {
    await readOffer();
    await rotateKeys(storage(), { keys, role });
    await signChannels(storage(), channelSigner({ keys }), { who });
    await publish('b', '1.0');
    expect((await readOffer()).index.size).toBe(2);
    expect(await readdir(join(keys, 'retired'))).toEqual([`${role}-1.pem`]);
  });

  it('is refused when a retired key signs', async () => {
    await rotateKeys(storage(), { keys, role: 'timestamp' });
    await signChannels(storage(), channelSigner({ keys }), { who });
    await readOffer();
    const before = await readFile(join(metadataOf('stable'), 'timestamp.json'), 'utf8');
    await rm(join(keys, 'timestamp-2.pem'));
    await rename(join(keys, 'retired/timestamp-1.pem'), join(keys, 'timestamp-1.pem'));
    await expect(publish('b', '1.0')).rejects.toMatchObject({ code: 'signing-keys' });
    expect(await readFile(join(metadataOf('stable'), 'timestamp.json'), 'utf8')).toBe(before);
  });
});

describe('the keys of a repository', () => {
  it('are files that only their owner may read', async () => {
    await initTrust(storage(), { keys });
    const names = (await readdir(keys)).filter((name) => name.endsWith('.pem'));
    expect(names.sort()).toEqual(['root-1.pem', 'snapshot-1.pem', 'targets-1.pem', 'timestamp-1.pem']);
    for (const name of names) expect((await stat(join(keys, name))).mode & 0o777).toBe(0o600);
    await chmod(join(keys, 'targets-1.pem'), 0o644);
    await expect(publish('a', '1.0')).rejects.toMatchObject({ code: 'signing-keys', message: /Others may read/ });
  });

  it('sign together where a threshold asks for it, and not below it', async () => {
    await initTrust(storage(), {
      keys,
      sizes: { root: { keys: 3, threshold: 2 }, targets: { keys: 2, threshold: 2 } },
    });
    await publish('a', '1.0');
    await readOffer();
    await rm(join(keys, 'root-3.pem'));
    await rotateKeys(storage(), { keys, role: 'snapshot' });
    await rm(join(keys, 'root-2.pem'));
    await expect(rotateKeys(storage(), { keys, role: 'snapshot' })).rejects.toMatchObject({ code: 'signing-keys' });

    const file = join(metadataOf('stable'), '1.targets.json');
    await edit(file, (text) => {
      const metadata = JSON.parse(text);
      return JSON.stringify({ ...metadata, signatures: metadata.signatures.slice(1) });
    });
    trust = { folder: join(base, 'another client') };
    await expect(readOffer()).rejects.toMatchObject({ code: 'signature-not-valid' });
    await rm(join(keys, 'targets-2.pem'));
    await expect(publish('b', '1.0')).rejects.toMatchObject({ code: 'signing-keys' });
  });

  it('are made once, and never for a threshold that cannot be reached', async () => {
    await expect(initTrust(storage(), { keys, sizes: { root: { keys: 1, threshold: 2 } } })).rejects.toMatchObject({
      code: 'usage',
    });
    await initTrust(storage(), { keys });
    await expect(initTrust(storage(), { keys })).rejects.toMatchObject({ code: 'signing-keys' });
  });

  it('sign channels that were there before, in a server’s index of the old kind too', async () => {
    const unsigned = storedRepository(storage(), { signer: channelSigner({ keys: null }) });
    await unsigned.publish('stable', {
      who,
      packages: [await samplePackage({ id: 'a', version: '1.0' })],
      extraKeys: false,
    });
    expect((await readOffer()).signed).toBe(false);
    await initTrust(storage(), { keys });
    expect(await signChannels(storage(), channelSigner({ keys }), { who })).toEqual(['stable']);
    const offer = await readOffer();
    expect(offer.signed).toBe(true);
    await offer.readPackage(offer.index.get('a')!);
  });
});
