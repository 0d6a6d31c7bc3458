import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serveChannel } from '../../../host/testing/channel-fixture.ts';
import { treeOf, writePackage } from '../../../package/index.ts';
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts';
import { formatOperationStatus } from './operation-status.ts';

const transcript = fileURLToPath(new URL('../../../../../shared/corpus/provd/rest-transcript.txt', import.meta.url));
const recorded = existsSync(transcript);

interface Exchange {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly status: number;
  readonly type: string | undefined;
  readonly answer: string;
}

/** What the old server answered before anything was installed; answers longer than 420 letters are cut off there. */
function readExchanges(): Exchange[] {
  const blocks = readFileSync(transcript, 'utf8').split(/^>>> /m).slice(1);
  return blocks.map((block) => {
    const [request = '', ...lines] = block.split('\n');
    const gap = lines.indexOf('');
    const head = lines.slice(0, gap);
    const url = /http:\/\/server(\S+)$/.exec(request)?.[1] ?? '';
    const headers = [...request.matchAll(/-H ([\w-]+): (\S+)/g)].map(([, name = '', value = '']) => [name, value]);
    return {
      name: request,
      method: /-X (\w+)/.exec(request)?.[1] ?? 'GET',
      path: url,
      headers: Object.fromEntries(headers),
      body: /-d (.*) http:\/\/server/.exec(request)?.[1],
      status: Number(head[0]?.split(' ')[1]),
      type: head.find((line) => line.startsWith('Content-Type: '))?.slice('Content-Type: '.length),
      answer: lines
        .slice(gap + 1)
        .join('\n')
        .replace(/\n+$/, ''),
    };
  });
}

/** Those that depend on nothing that was installed or fetched before; JSON texts of faults differ by parser. */
const comparable = (exchange: Exchange): boolean =>
  !/wazo-|"zero"|\/update$|\/(install|upgrade|update)\/\d+$|\/installable$|\/plugins$/.test(exchange.name) ||
  exchange.status === 415 ||
  exchange.status === 401;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

describe.skipIf(!recorded)('the old API, against what the old server answered (skipped without the corpus)', () => {
  it.each(recorded ? readExchanges().filter(comparable) : [])('$name', async (exchange) => {
    const answer = await fetch(new URL(exchange.path, server.url), {
      method: exchange.method,
      headers: { 'x-auth-token': server.token, ...exchange.headers },
      ...(exchange.body !== undefined && { body: exchange.body }),
    });
    expect(answer.status).toBe(exchange.status);
    if (exchange.type) expect(answer.headers.get('content-type')).toBe(exchange.type);
    const text = (await answer.text()).trim();
    const expected = exchange.answer.trim();
    if (exchange.body === '{bad') expect(text).toMatch(/Invalid JSON document/);
    else expect(text.slice(0, Math.min(expected.length, 400))).toBe(expected.slice(0, 400));
  });
});

describe.skipIf(!recorded)('every call of the old server’s record, in its order (skipped without the corpus)', () => {
  const plain = (text: string): string =>
    text
      .trim()
      .replace(/\(download\|success[^)]*\)(?="\})/, '')
      .replace(/\d+/g, 'N');

  it('is answered with the same code and media type, and short answers with the same words', async () => {
    const channel = await serveChannel();
    const firmware = ['spa50x-30x-fw', 'spa50x-30x-trans-fw', 'spa51x-fw', 'spa525-fw'];
    const list = firmware.map((name) => `[pkg_${name}]\ndescription: Firmware\nversion: 1\nfiles: f\ninstall: i\n`);
    const pkgs = `${list.join('\n')}\n[install_i]\na-b: cp $FILE1 x/\n[file_f]\nurl: ${channel.url}x\nsize: 1\nsha1sum: ${'0'.repeat(40)}\n`;
    await channel.offer('wazo-cisco-spa-7.5.5', '1.1.13', { 'pkgs/pkgs.db': pkgs });
    channel.offerBytes('wazo-zenitel-01.11.3.2', '1.0', Buffer.from('no package'));
    for (const id of ['null', 'zero', 'test-plugin']) await channel.offer(id, '1.0', {});
    const own = await startTestServer();
    const differences: unknown[] = [];
    for (const exchange of readExchanges()) {
      const ask = () =>
        fetch(new URL(exchange.path, own.url), {
          method: exchange.method,
          headers: { 'x-auth-token': own.token, ...exchange.headers },
          ...(exchange.body !== undefined && { body: exchange.body.replace('http://channel/', channel.url) }),
        });
      let answer = await ask();
      let text = await answer.text();
      if (exchange.answer.startsWith('{"status"')) {
        await vi.waitFor(async () => {
          answer = await ask();
          text = await answer.text();
          expect(text).toMatch(/^\{"status":"\w+\|(success|fail)/);
        });
      }
      const found = [answer.status, answer.headers.get('content-type') ?? undefined];
      const short = exchange.answer.length < 400 && !exchange.name.includes('{bad');
      if (short) found.push(plain(text));
      const wanted = [exchange.status, exchange.type, ...(short ? [plain(exchange.answer)] : [])];
      if (JSON.stringify(found) !== JSON.stringify(wanted)) differences.push([exchange.name, found, wanted]);
    }
    await own.stop();
    await channel.close();
    // a failed install leaves nothing here, so there is nothing to uninstall
    expect(differences.map((one) => JSON.parse(JSON.stringify(one)))).toEqual([
      [expect.stringContaining('zenitel'), [400, 'text/plain; charset=ascii', 'plugin not found'], [204, null, '']],
    ]);
  });
});

describe('the old notation of operations', () => {
  const operation = {
    ...{ id: '1', subject: null, label: '', current: null, end: null, sub: [], reason: null, result: null },
    ...{ by: 'x', startedAt: '', endedAt: null },
  };
  it.each([
    [{ ...operation, kind: 'update', state: 'success' as const, current: 187260 }, 'update|success;187260'],
    [
      {
        ...operation,
        kind: 'install',
        state: 'progress' as const,
        sub: [{ label: 'download', state: 'progress' as const, current: 4096, end: 14180 }],
      },
      'install|progress(download|progress;4096/14180)',
    ],
    [{ ...operation, kind: 'upgrade', state: 'success' as const }, 'install|success'],
  ])('writes %o as it was', (given, expected) => {
    expect(formatOperationStatus(given)).toBe(expected);
  });
});

describe('a plugin’s own packages', () => {
  const id = 'acme-phone';
  const firmware = Buffer.from('the firmware');
  const base = `/0.2/pg_mgr/plugins/${id}/install`;
  let maker: Server;

  beforeAll(async () => {
    maker = createServer((_request, response) => response.end(firmware));
    await new Promise<void>((done) => maker.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(maker.address() as AddressInfo).port}/fw.bin`;
    const list = `[pkg_phone-fw]\ndescription: Firmware\ndescription_fr: Micrologiciel\nversion: 1.2\nfiles: fw\ninstall: x\n
[pkg_old-fw]\ndescription: Old\nversion: 1\nfiles: fw\ninstall: y\n
[install_x]\na-b: cp $FILE1 firmware/\n[install_y]\na-b: unsign $FILE1 f.tgz\n
[file_fw]\nurl: ${url}\nsize: ${firmware.length}\nsha1sum: ${createHash('sha1').update(firmware).digest('hex')}\n`;
    const info = JSON.stringify({ version: '1.0', description: 'Phones', capabilities: {} });
    const entries = Object.entries({ 'plugin-info': info, 'pkgs/pkgs.db': list }).map(([path, text]) => ({
      ...{ path, kind: 'file' as const, mode: 0o644 },
      bytes: Buffer.from(text),
    }));
    const form = new FormData();
    const bytes = Buffer.from(await writePackage(treeOf(id, entries), 'tar.bz2'));
    form.set('file', new Blob([bytes]), `${id}-1.0.tar.bz2`);
    const uploaded = await server.ended((await server.ask('POST', '/api/plugins/upload', form)).body);
    expect(uploaded.reason).toBe(null);
  });
  afterAll(() => new Promise((done) => maker.close(done)));

  const ask = async (method: string, path: string, body?: unknown, token = server.token) => {
    const answer = await fetch(new URL(path, server.url), {
      method,
      headers: { 'x-auth-token': token, 'content-type': 'application/vnd.proformatique.provd+json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, location: answer.headers.get('location'), text };
  };

  it('are listed, installed as an operation that can be watched, and uninstalled', async () => {
    expect(JSON.parse((await ask('GET', `${base}/installable`)).text)).toEqual({
      pkgs: {
        'phone-fw': { version: '1.2', description: 'Firmware', dsize: firmware.length },
        'old-fw': { version: '1', description: 'Old', dsize: firmware.length },
      },
    });
    expect((await ask('GET', `${base}/installed`)).text).toBe('{"pkgs":{}}');
    const started = await ask('POST', `${base}/install`, { id: 'phone-fw' });
    expect([started.status, started.location]).toEqual([201, `${base}/install/1`]);
    const size = firmware.length;
    await vi.waitFor(async () => {
      const { text } = await ask('GET', `${base}/install/1`);
      expect(JSON.parse(text)).toEqual({ status: `install|success(download|success;${size}/${size})` });
    });
    expect(JSON.parse((await ask('GET', `${base}/installed`)).text)).toEqual({
      pkgs: { 'phone-fw': { version: '1.2', description: 'Firmware' } },
    });
    const served = join(server.folder, 'data/plugins', id, 'var/tftpboot/firmware/fw.bin');
    expect(readFileSync(served).equals(firmware)).toBe(true);
    await ask('PUT', '/0.2/configure/locale', { param: { value: 'fr_FR' } });
    expect((await ask('GET', `${base}/installed`)).text).toContain('Micrologiciel');
    await ask('PUT', '/0.2/configure/locale', { param: { value: null } });
    expect((await ask('DELETE', `${base}/install/1`)).status).toBe(204);
    expect((await ask('GET', `${base}/install/1`)).status).toBe(404);
    expect((await ask('POST', `${base}/uninstall`, { id: 'phone-fw' })).status).toBe(204);
    expect((await ask('GET', `${base}/installed`)).text).toBe('{"pkgs":{}}');
    expect(existsSync(served)).toBe(false);
  });

  it.each([
    ['a package that is not offered', `${base}/install`, { id: 'none' }, 400, 'package not found: none'],
    ['an install that we cannot do', `${base}/install`, { id: 'old-fw' }, 400, /"unsign" is not done here/],
    ['no id', `${base}/install`, {}, 400, 'Missing "id" key'],
    ['a package that is not installed', `${base}/uninstall`, { id: 'old-fw' }, 400, /is not installed/],
    [
      'a plugin that is not installed',
      '/0.2/pg_mgr/plugins/none/install/install',
      { id: 'x' },
      404,
      'No such resource',
    ],
  ])('refuses %s', async (_what, path, body, status, why) => {
    const answer = await ask('POST', path, body);
    expect([answer.status, answer.text]).toEqual([status, why instanceof RegExp ? expect.stringMatching(why) : why]);
  });
});
