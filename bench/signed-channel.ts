/** How long it takes to sign and to check a channel of many packages: `npm run bench:signatures [packages]`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha1, sha256 } from '../src/package/index.ts';
import {
  channelSigner,
  describeEntry,
  folderStorage,
  formatIndex,
  initTrust,
  openChannel,
  signChannels,
} from '../src/repository/index.ts';

const packages = Number(process.argv[2] ?? 20_000);
const base = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
try {
  const storage = folderStorage(join(base, 'repository'));
  const keys = join(base, 'keys');
  await initTrust(storage, { keys });
  const bytes = (at: number): Uint8Array => new TextEncoder().encode(`package ${at}`);
  const entries = (changed: number) =>
    Array.from({ length: packages }, (_, at) => {
      const content = bytes(at === 0 ? -changed : at);
      return describeEntry({
        id: `plugin-${at}`,
        info: { version: `1.${at === 0 ? changed : 0}`, description: `Plugin ${at}.`, capabilities: {} },
        filename: `plugin-${at}-1.${at === 0 ? changed : 0}.tar.bz2`,
        size: content.byteLength,
        sha1: sha1(content),
        sha256: sha256(content),
      });
    });
  const index = 'plugins/1/stable/plugins.db';
  let version: string | null = null;
  const offer = async (changed: number) => {
    const text = new TextEncoder().encode(formatIndex(entries(changed)));
    await storage.replace(index, text, version);
    await storage.writeIfAbsent(`plugins/1/stable/history/${sha256(text)}.plugins.db`, text);
    version = (await storage.read(index))!.version;
  };
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    process.stdout.write(`${what}: ${Math.round(performance.now() - start)} ms\n`);
    return result;
  };
  const signer = channelSigner({ keys });
  const trust = { folder: join(base, 'seen') };
  const channel = openChannel(join(base, 'repository/plugins/1/stable'), { trust });

  await offer(1);
  await timed(`sign ${packages} packages for the first time`, () => signChannels(storage, signer, { who: 'bench' }));
  const first = await timed('check the offer for the first time', () => channel.readOffer());
  await timed('check one package by the index', () => first.checkPackage(first.index.get('plugin-7')!, bytes(7)));
  await timed('check every package', async () => {
    for (let at = 1; at < packages; at++) await first.checkPackage(first.index.get(`plugin-${at}`)!, bytes(at));
  });
  await offer(2);
  await timed('sign again after one package changed', () => signChannels(storage, signer, { who: 'bench' }));
  await timed('check the offer again', () => channel.readOffer());
} finally {
  await rm(base, { recursive: true });
}
