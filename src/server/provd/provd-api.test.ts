import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { parseFirmwarePackages } from './firmware-packages.ts';
import { formatOperationStatus } from './operation-status.ts';

const transcript = fileURLToPath(new URL('../../../../shared/corpus/provd/rest-transcript.txt', import.meta.url));
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
  it('are read from pkgs.db, their size being that of their files', () => {
    const text = `[pkg_phone-fw]\ndescription: Firmware\nversion: 1.2\nfiles: a, b\n  c\n\n[file_a]\nsize: 10\n[file_b]\nsize: 20\n[file_c]\nsize: 3\n`;
    expect(parseFirmwarePackages(text)).toEqual({ 'phone-fw': { version: '1.2', description: 'Firmware', dsize: 33 } });
  });
});
