import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channelSigner, folderStorage, type Repository, storedRepository } from '../../repository/index.ts';
import { samplePackage } from '../../repository/testing/sample-packages.ts';
import { channelRoutes } from './channel-routes.ts';

let folder: string;
let app: FastifyInstance;
let repository: Repository;
/** Status of each answer that did not go through the framework. */
let remembered: number[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-remembered-'));
  const storage = folderStorage(folder);
  repository = storedRepository(storage, { signer: channelSigner({ keys: null }) });
  await repository.publish('testing', { who: 'ada', packages: [await samplePackage({ id: 'a', version: '1.0' })] });
  remembered = [];
  app = Fastify();
  await app.register(
    channelRoutes({
      storage,
      folder,
      onRemembered: ({ status }) => remembered.push(status),
    }),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends the address as it is written. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { port } = app.server.address() as AddressInfo;
  return new Promise((done, fail) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        const { date, ...rest } = response.headers;
        done({ status: response.statusCode, headers: rest, body: Buffer.concat(pieces) });
      });
    });
    asked.on('error', fail);
    asked.end();
  });
}

const index = '/plugins/1/testing/plugins.db';
const packaged = '/plugins/1/testing/a-1.0.tar.bz2';

describe('a file that is remembered', () => {
  it.each([index, packaged])('is answered as the route answers it: %s', async (path) => {
    const first = await ask(path);
    expect([first.status, remembered]).toEqual([200, []]);
    const second = await ask(path);
    expect(remembered).toEqual([200]);
    expect(second).toEqual(first);
    const same = { 'if-none-match': first.headers.etag! };
    const known = await ask(path, same);
    expect([known.status, known.headers.etag, known.body.length]).toEqual([304, first.headers.etag, 0]);
    expect(remembered).toEqual([200, 304]);
  });

  it('is answered in the sight of whoever counts the requests of a connection', async () => {
    let seen = 0;
    app.server.on('request', () => {
      seen += 1;
    });
    await ask(index);
    await ask(index);
    expect([seen, remembered]).toEqual([2, [200]]);
  });

  it('is the new one at once when it was replaced, also by another process', async () => {
    const before = await ask(index);
    await ask(index);
    await repository.publish('testing', { who: 'ada', packages: [await samplePackage({ id: 'b', version: '1.0' })] });
    const after = await ask(index);
    expect(Object.keys(JSON.parse(after.body.toString()))).toContain('b');
    expect(after.headers.etag).not.toBe(before.headers.etag);
    await writeFile(join(folder, 'next'), '{}');
    await rename(join(folder, 'next'), join(folder, index));
    expect((await ask(index)).body.toString()).toBe('{}');
    await rm(join(folder, index));
    expect((await ask(index)).status).toBe(404);
  });

  it('is left to the route for parts, other conditions, other methods and other spellings of the address', async () => {
    const whole = await ask(packaged);
    const asked = [
      await ask(packaged, { range: 'bytes=0-1' }),
      await ask(packaged, { 'if-none-match': '"another"' }),
      await ask(packaged, {}, 'HEAD'),
      await ask(`${packaged}?x`),
      await ask(packaged.replace('a-1', '%61-1')),
      await ask(packaged.replace('testing', 'testing/../testing')),
    ];
    expect(asked.map(({ status, body }) => [status, body.length])).toEqual([
      [206, 2],
      [200, whole.body.length],
      [200, 0],
      [200, whole.body.length],
      [200, whole.body.length],
      [404, asked[5]!.body.length],
    ]);
    expect(remembered).toEqual([]);
  });
});
