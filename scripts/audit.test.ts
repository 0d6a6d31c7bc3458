import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';

let registry: Server | null = null;
afterEach(() => {
  registry?.closeAllConnections();
  registry?.close();
  registry = null;
});

/** A registry on this machine that knows these holes, or answers no such question. */
async function audit(
  holes: Readonly<Record<string, unknown>> | null,
  options: readonly string[] = [],
): Promise<{ code: number | null; out: string }> {
  const asked: string[] = [];
  registry = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    if (request.url === '/-/npm/v1/security/advisories/bulk' && holes) {
      const body = Buffer.concat(pieces);
      asked.push(String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
      response.end(JSON.stringify(holes));
    } else if (request.method === 'GET' && request.url === '/picocolors') {
      const version = { name: 'picocolors', version: '1.1.1' };
      response.end(
        JSON.stringify({ name: 'picocolors', 'dist-tags': { latest: '1.1.1' }, versions: { '1.1.1': version } }),
      );
    } else response.writeHead(405).end('{}');
  });
  await once(registry.listen(0, '127.0.0.1'), 'listening');
  const address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
  const child = spawn(
    process.execPath,
    ['scripts/audit.ts', '--registry', address, '--fetch-retries', '0', ...options],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NO_PROXY: '127.0.0.1' },
    },
  );
  let out = '';
  child.stdout.on('data', (piece: Buffer) => {
    out += piece;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (holes) expect(asked.join('')).toContain('fastify');
  return { code, out };
}

describe('the audit of what we depend on', () => {
  it('is content where the registry knows no hole', async () => {
    expect(await audit({})).toEqual({
      code: 0,
      out: expect.stringMatching(
        /^0 of the pinned packages have known holes\.\nNode\.js brings SQLite [\d.]+ and OpenSSL /,
      ),
    });
  });

  it('names the packages that have one, and fails', async () => {
    const hole = { id: 1, url: 'https://example.org/1', title: 'A hole', severity: 'high', vulnerable_versions: '<99' };
    const { code, out } = await audit({ picocolors: [hole] });
    expect(code).toBe(1);
    expect(out).toMatch(/^high +picocolors /m);
  });

  it('asks of the product alone only for what it contains', async () => {
    // whatever was built, vitest is not in it
    const hole = { id: 2, url: 'https://example.org/2', title: 'A hole', severity: 'high', vulnerable_versions: '<99' };
    const { code, out } = await audit({ vitest: [hole] }, ['--shipped']);
    expect([
      [0, expect.stringMatching(/^0 of the shipped packages have known holes\.\nNode\.js brings SQLite /)],
      [2, expect.stringContaining('nothing is built yet')],
    ]).toContainEqual([code, out]);
  });

  it('does not take silence for safety', async () => {
    const { code, out } = await audit(null);
    expect(code).toBe(2);
    expect(out).toContain('Not audited');
  });
});
