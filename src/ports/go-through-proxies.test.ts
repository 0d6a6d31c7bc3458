import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockstep } from '../../test/journey/lockstep.ts';

const asked: string[] = [];
/** Answers what it is asked for itself, and leads tunnels to itself: no host of these names needs to be there. */
const proxy = createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
  response.writeHead(request.method === 'PUT' ? 412 : 404, { 'content-type': 'application/json' });
  response.end('{"error":{"code":"from-the-proxy","message":"The proxy speaks."}}');
});
proxy.on('connect', (request: IncomingMessage, socket) => {
  asked.push(`CONNECT ${request.url}`);
  const onward = connect((proxy.address() as AddressInfo).port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.pipe(onward).pipe(socket);
  });
  for (const one of [onward, socket]) one.on('error', () => {});
});
let env: Record<string, string>;

beforeAll(async () => {
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  const url = `http://ada:secret@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  env = { HTTP_PROXY: url, https_proxy: url, NO_PROXY: 'direct.invalid' };
});
afterAll(() => {
  proxy.closeAllConnections();
  proxy.close();
});

describe('what goes out', () => {
  it('to a server, by fetch', async () => {
    asked.length = 0;
    const at = { ...env, LOCKSTEP_SERVER: 'http://server.invalid/lockstep', LOCKSTEP_TOKEN: 't' };
    await lockstep(['plugin', 'list'], { env: at });
    expect(asked.join()).toMatch(/CONNECT server\.invalid:80|GET http:\/\/server\.invalid\/lockstep\/api\/plugins/);
    asked.length = 0;
    const { stderr } = await lockstep(['plugin', 'list'], { env: { ...at, LOCKSTEP_SERVER: 'http://direct.invalid' } });
    expect([asked, stderr]).toEqual([[], expect.stringMatching(/^server-unreachable/m)]);
  });

  it('to a channel, and to storage, with the credentials of the proxy', async () => {
    asked.length = 0;
    await lockstep(['channel', 'list', '--repository', 'http://channels.invalid/plugins/1'], { env });
    const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_ENDPOINT_URL: 'http://objects.invalid' };
    await lockstep(['channel', 'list', '--repository', 's3://bucket/x'], { env: { ...env, ...keys } });
    const said = asked.join('\n');
    expect(said).toMatch(/channels\.invalid/);
    expect(said).toMatch(/http:\/\/objects\.invalid\/bucket.* Basic YWRhOnNlY3JldA==/);
  });
});
