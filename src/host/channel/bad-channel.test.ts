import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { treeOf, writePackage } from '../../package/index.ts';
import { type DataFolder, openDataFolder } from '../../store/index.ts';
import { Host } from '../index.ts';
import { type ChannelFixture, pluginEntries, pluginInfo, serveChannel } from '../testing/channel-fixture.ts';

const work = await mkdtemp(join(tmpdir(), 'lockstep-bad-channel-'));
afterAll(() => rm(work, { recursive: true, force: true }));

const id = 'acme-phone';
const who = 'ada';
let channel: ChannelFixture;
let data: DataFolder;
let host: Host;
let count = 0;

beforeEach(async () => {
  count += 1;
  channel = await serveChannel();
  await channel.offer(id, '1.0', { 'entry.py': 'good' });
  await channel.offer('good-phone', '1.0', { 'entry.py': 'good' });
  data = await openDataFolder(join(work, String(count)), { write: true });
  host = await Host.open(data, { limits: { answerMs: 6000, silenceMs: 1200, totalMs: 4000, maxBytes: 8_000_000 } });
  await host.settings.set('plugin_server', channel.url);
  await host.update().done;
});
afterEach(async () => {
  await host.close();
  await data.close();
  await channel.close();
});

const file = `${id}-1.0.tar.bz2`;
const tar = async (...members: { name: string; body?: string; type?: string; linkname?: string }[]) => {
  const packer = pack();
  for (const { body = '', ...header } of members) packer.entry(header as never, body);
  packer.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of packer) pieces.push(piece as Buffer);
  return gzipSync(Buffer.concat(pieces));
};
const root = { name: `${id}/`, type: 'directory' };
const info = { name: `${id}/plugin-info`, body: pluginInfo('1.0') };

/** Nothing is there, nothing is left behind, and the next plugin installs. */
async function expectUntouched(): Promise<void> {
  expect(host.plugins.has(id)).toBe(false);
  expect((await readdir(data.plugins)).filter((name) => !/^\.next$|^\.former$|^good-phone$/.test(name))).toEqual([]);
  expect(await readdir(data.versions).catch(() => [])).not.toContain(id);
  await host.install('good-phone', { who }).done;
  expect((await host.installed()).map(({ id, state }) => [id, state])).toEqual([['good-phone', 'loaded']]);
}

const endless = (response: ServerResponse) => {
  const piece = Buffer.alloc(65_536, 0x20);
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', more);
  more();
};

describe('a package that does not arrive as the list says is not installed:', () => {
  it.each<[string, string, RegExp, () => unknown]>([
    [
      '404',
      'package-damaged',
      /not there|404/,
      () => channel.answer(file, (_, response) => response.writeHead(404).end()),
    ],
    [
      '500',
      'channel-unreachable',
      /500/,
      () => channel.answer(file, (_, response) => response.writeHead(500).end('broken')),
    ],
    [
      'another file of the same size',
      'package-damaged',
      /sha|digest/i,
      () => channel.answer(file, (_, response) => response.end(Buffer.alloc(host.installable(id)[0]!.dsize))),
    ],
    [
      'a shorter file',
      'package-damaged',
      /bytes|long|size/,
      () => channel.answer(file, (_, response) => response.end('short')),
    ],
    [
      'a file that never ends',
      'package-damaged',
      /long|bytes/,
      () => channel.answer(file, (_, response) => endless(response)),
    ],
    [
      'a redirect loop',
      'channel-unreachable',
      /redirects more than 5 times/,
      () => channel.answer(file, (_, response) => response.writeHead(302, { location: file }).end()),
    ],
    [
      'a redirect to a file',
      'channel-unreachable',
      /redirects to file:/,
      () => channel.answer(file, (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end()),
    ],
    [
      'a server that never answers',
      'channel-unreachable',
      /not finished after|not answer/,
      () => channel.answer(file, () => {}),
    ],
    [
      'a server that falls silent',
      'channel-unreachable',
      /silent|closed/,
      () => channel.answer(file, (_, response) => response.writeHead(200, { 'content-length': 5000 }).write('abc')),
    ],
    [
      'a server that sends a byte now and then',
      'channel-unreachable',
      /not finished after 4 seconds/,
      () =>
        channel.answer(file, (_, response) => {
          const drip = setInterval(() => response.write('x'), 100);
          response.on('close', () => clearInterval(drip));
        }),
    ],
    [
      'a connection that is cut',
      'channel-unreachable',
      /closed|broke off/,
      () =>
        channel.answer(file, (request, response) => {
          response.writeHead(200, { 'content-length': 5000 });
          response.write('abc', () => request.socket.destroy());
        }),
    ],
  ])('%s', async (_what, code, reason, arrange) => {
    arrange();
    const { operation, done } = host.install(id, { who });
    await expect(done).rejects.toMatchObject({ code, message: expect.stringMatching(reason) });
    expect(operation.view()).toMatchObject({ state: 'fail', reason: { code } });
    channel.answer(file, null);
    await expectUntouched();
  });
});

describe('a package that must not be unpacked is not installed:', () => {
  it.each<[string, string, RegExp, () => Promise<Uint8Array>]>([
    ['no archive', 'package-not-readable', /no archive/, async () => Buffer.from('<html>welcome</html>')],
    [
      'one that is cut off',
      'package-not-readable',
      /cut off/,
      async () =>
        (await writePackage(treeOf(id, pluginEntries({ 'plugin-info': pluginInfo('1.0') })), 'tar.bz2')).subarray(
          0,
          120,
        ),
    ],
    [
      'one that writes outside',
      'package-not-safe',
      /\.\./,
      () => tar(root, info, { name: `${id}/../../evil`, body: 'x' }),
    ],
    [
      'one that writes to an absolute path',
      'package-not-safe',
      /absolute/,
      () => tar(root, info, { name: '/tmp/evil', body: 'x' }),
    ],
    [
      'one with a link that leaves',
      'package-not-safe',
      /leaves/,
      () => tar(root, info, { name: `${id}/l`, type: 'symlink', linkname: '../good-phone' }),
    ],
    [
      'one that brings another plugin’s folder',
      'plugin-not-valid',
      /good-phone/,
      () => tar(root, info, { name: 'good-phone/entry.py', body: 'evil' }),
    ],
    [
      'one that is another plugin',
      'plugin-not-valid',
      /good-phone/,
      () => tar({ name: 'good-phone/plugin-info', body: pluginInfo('1.0') }),
    ],
    [
      'one of another version',
      'plugin-not-valid',
      /2\.0/,
      () => tar(root, { name: `${id}/plugin-info`, body: pluginInfo('2.0') }),
    ],
    ['one without plugin-info', 'plugin-not-valid', /no plugin-info/, () => tar(root, { name: `${id}/x`, body: '' })],
    [
      'one whose plugin-info is broken',
      'json-not-valid',
      /JSON/,
      () => tar(root, { name: `${id}/plugin-info`, body: '{' }),
    ],
    [
      'an archive bomb',
      'package-not-safe',
      /bomb/,
      () => tar(root, info, { name: `${id}/zeros`, body: '\0'.repeat(20_000_000) }),
    ],
  ])('%s', async (_what, code, reason, make) => {
    channel.offerBytes(id, '1.0', await make());
    await host.update().done;
    await expect(host.install(id, { who }).done).rejects.toMatchObject({
      code,
      message: expect.stringMatching(reason),
    });
    await expectUntouched();
  });

  it('and an installed plugin stays what it was', async () => {
    await host.install(id, { who }).done;
    channel.offerBytes(
      id,
      '1.1',
      await tar(root, { name: `${id}/plugin-info`, body: pluginInfo('1.1') }, { name: 'good-phone/x', body: '' }),
    );
    await host.update().done;
    await expect(host.upgrade(id, { who }).done).rejects.toMatchObject({ code: 'plugin-not-valid' });
    expect(host.plugin(id).release.version).toBe('1.0');
    expect(await readFile(join(data.plugins, id, 'entry.py'), 'utf8')).toBe('good');
  });
});

describe('the cache', () => {
  it.each<[string, string | null]>([
    ['garbage', 'garbage'],
    ['a stale package of the same name and size', null],
  ])('with %s in it never reaches an install', async (_what, content) => {
    await host.install(id, { who }).done;
    await host.uninstall(id, { who }).done;
    const cached = join(data.cache, file);
    await writeFile(cached, content ?? Buffer.alloc((await readFile(cached)).length, 1));
    const before = channel.requests.length;
    await host.install(id, { who }).done;
    expect(channel.requests.slice(before)).toEqual([file]);
    expect(await readFile(join(data.plugins, id, 'entry.py'), 'utf8')).toBe('good');
  });

  it('that cannot be written stops nothing', async () => {
    await rm(data.cache, { recursive: true, force: true });
    await writeFile(data.cache, 'a file');
    await host.install(id, { who }).done;
    expect(host.plugins.has(id)).toBe(true);
  });
});

describe('a list that cannot be used leaves the good one in place:', () => {
  it.each<[string, string, (response: ServerResponse) => unknown]>([
    ['no JSON', 'index-not-valid', (response) => response.end('<html>proxy error</html>')],
    ['JSON that is cut off', 'index-not-valid', (response) => response.end('{"acme-phone":{"version":')],
    ['a JSON list', 'index-not-valid', (response) => response.end('[]')],
    ['404', 'channel-not-found', (response) => response.writeHead(404).end()],
    ['a redirect loop', 'channel-unreachable', (response) => response.writeHead(301, { location: 'plugins.db' }).end()],
    ['a list that never ends', 'channel-unreachable', (response) => endless(response)],
    ['a silent server', 'channel-unreachable', () => {}],
  ])('%s', async (_what, code, answer) => {
    channel.answer('plugins.db', (_, response) => answer(response));
    await expect(host.update().done).rejects.toMatchObject({ code });
    expect(host.installable().map(({ id }) => id)).toEqual(['acme-phone', 'good-phone']);
    await host.install(id, { who }).done;
    expect(host.plugins.has(id)).toBe(true);
  });

  it('a server that is down', async () => {
    await channel.close();
    await expect(host.update().done).rejects.toMatchObject({
      code: 'channel-unreachable',
      message: expect.stringMatching(/refuses connections|ECONNREFUSED/),
    });
    expect(host.installable()).toHaveLength(2);
  });

  it('with one bad entry, that entry is reported and left out, the rest works', async () => {
    await channel.offer('bad-phone', '1.0', {}, { dsize: 'many' });
    const report = await host.update().done;
    expect(report.problems).toMatchObject([
      { code: 'index-entry-not-valid', message: expect.stringContaining('bad-phone') },
    ]);
    expect(host.installable().map(({ id }) => id)).toEqual(['acme-phone', 'good-phone']);
    await host.install(id, { who }).done;
  });

  it('an entry that names a file elsewhere is left out', async () => {
    await channel.offer('bad-phone', '1.0', {}, { filename: '../../secret' } as never);
    expect((await host.update().done).problems).toHaveLength(1);
  });
});

it('a download goes through the proxy, unless the host is to be reached directly', async () => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url!);
    const { hostname, port, pathname } = new URL(request.url!);
    const upstream = connect(Number(port), hostname, () =>
      upstream.write(`GET ${pathname} HTTP/1.0\r\nHost: ${hostname}\r\n\r\n`),
    );
    upstream.pipe(response.socket!);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  try {
    await host.settings.set('http_proxy', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    await host.update().done;
    expect(asked).toContain(`${channel.url}plugins.db`);
    asked.length = 0;
    await host.settings.set('no_proxy', '127.0.0.1');
    await host.update().done;
    expect(asked).toEqual([]);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

it('a download that is called off leaves nothing', async () => {
  const caller = new AbortController();
  channel.answer(file, () => caller.abort());
  await expect(host.install(id, { who, signal: caller.signal }).done).rejects.toMatchObject({ name: 'AbortError' });
  channel.answer(file, null);
  await expectUntouched();
});
